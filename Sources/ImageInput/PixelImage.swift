/// A decoded picture that stands upright: 8-bit RGB, interleaved, rows from the top without padding.
public struct PixelImage: Sendable, Equatable {
  /// The width in pixels.
  public let width: Int
  /// The height in pixels.
  public let height: Int
  /// Height x width x 3 bytes, red first.
  public let pixels: [UInt8]

  /// The width and the height.
  public var size: PixelSize { PixelSize(width: width, height: height) }

  /// Takes pixels as they are.
  ///
  /// - Precondition: both sides are positive and `pixels` holds `width * height * 3` bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(pixels.count == width * height * 3, "\(width) x \(height) RGB pixels, not \(pixels.count) bytes")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The picture turned upright from how it is stored.
  func upright(from orientation: Orientation) -> PixelImage {
    guard orientation != .topLeft else { return self }
    let turned = orientation.swapsSides ? PixelSize(width: height, height: width) : size
    let walk = orientation.walk(storedWidth: width, storedHeight: height)
    let result = [UInt8](unsafeUninitializedCapacity: pixels.count) { output, initialized in
      pixels.withUnsafeBufferPointer { stored in
        var target = 0
        for y in 0..<turned.height {
          var source = (walk.origin + y * walk.row) * 3
          for _ in 0..<turned.width {
            output[target] = stored[source]
            output[target + 1] = stored[source + 1]
            output[target + 2] = stored[source + 2]
            target += 3
            source += walk.column * 3
          }
        }
      }
      initialized = pixels.count
    }
    return PixelImage(width: turned.width, height: turned.height, pixels: result)
  }
}
