/// A picture of pixels: 8-bit RGB, rows from the top.
public struct Raster: Hashable, Sendable {
  public let width: Int
  public let height: Int
  /// Height x width x 3 bytes, red first.
  public private(set) var pixels: [UInt8]

  /// - Precondition: the pixels fill the picture.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height * 3, "\(width) x \(height) RGB pixels")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// One colour everywhere.
  public init(width: Int, height: Int, fill: Colour) {
    let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      for pixel in 0..<width * height {
        (buffer[3 * pixel], buffer[3 * pixel + 1], buffer[3 * pixel + 2]) = (fill.red, fill.green, fill.blue)
      }
      count = width * height * 3
    }
    self.init(width: width, height: height, pixels: pixels)
  }

  public subscript(x: Int, y: Int) -> Colour {
    get {
      let place = (y * width + x) * 3
      return Colour(red: pixels[place], green: pixels[place + 1], blue: pixels[place + 2])
    }
    set {
      let place = (y * width + x) * 3
      (pixels[place], pixels[place + 1], pixels[place + 2]) = (newValue.red, newValue.green, newValue.blue)
    }
  }

  /// Each pixel as a square of so many.
  public func enlarged(_ factor: Int) -> Raster {
    guard factor > 1 else { return self }
    var result = Raster(width: width * factor, height: height * factor, fill: .white)
    for y in 0..<result.height {
      for x in 0..<result.width { result[x, y] = self[x / factor, y / factor] }
    }
    return result
  }

  /// Puts a picture into this one; what would lie outside is left out.
  public mutating func place(_ other: Raster, x left: Int, y top: Int) {
    for y in max(0, -top)..<max(0, min(other.height, height - top)) {
      for x in max(0, -left)..<max(0, min(other.width, width - left)) { self[left + x, top + y] = other[x, y] }
    }
  }

  /// Draws a frame along the inner edge of a rectangle; what would lie outside the picture is left out.
  public mutating func frame(_ rectangle: PixelRectangle, thickness: Int, _ colour: Colour) {
    for y in max(rectangle.top, 0)..<max(min(rectangle.bottom, height), max(rectangle.top, 0)) {
      for x in max(rectangle.left, 0)..<max(min(rectangle.right, width), max(rectangle.left, 0)) {
        let distance = min(
          y - rectangle.top, rectangle.bottom - 1 - y, x - rectangle.left, rectangle.right - 1 - x)
        if distance < thickness { self[x, y] = colour }
      }
    }
  }
}

/// A rectangle of whole pixels, half-open; it may reach outside the picture.
public struct PixelRectangle: Hashable, Sendable {
  public let top: Int
  public let left: Int
  public let bottom: Int
  public let right: Int

  public init(top: Int, left: Int, bottom: Int, right: Int) {
    (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
  }

  public func contains(x: Int, y: Int) -> Bool {
    (top..<max(bottom, top)).contains(y) && (left..<max(right, left)).contains(x)
  }
}
