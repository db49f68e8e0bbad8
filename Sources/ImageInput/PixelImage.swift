/// A decoded, upright image: 8-bit RGB, interleaved, rows from the top without padding between them.
public struct PixelImage: Sendable, Equatable {
  /// The width in pixels.
  public let width: Int
  /// The height in pixels.
  public let height: Int
  /// The samples in the order `height x width x 3`, red first, each `0...255`.
  public let pixels: [UInt8]

  /// The size of the upright image as encoded, in pixels. It is larger than `size` where a JPEG was decoded at a
  /// reduced size.
  public let originalSize: PixelSize
  /// The span of the image over its columns.
  let horizontalSpan: PixelSpan
  /// The span of the image over its rows.
  let verticalSpan: PixelSpan

  /// Width and height in pixels.
  public var size: PixelSize { PixelSize(width: width, height: height) }

  /// Makes an image from RGB samples.
  ///
  /// - Parameter pixels: samples in the order `height x width x 3`, red first.
  /// - Precondition: both sides are positive, and `pixels` holds `width * height * 3` bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    self.init(
      width: width, height: height, pixels: pixels, originalSize: PixelSize(width: width, height: height),
      horizontalSpan: PixelSpan(width), verticalSpan: PixelSpan(height))
  }

  /// Makes an image that was decoded at a reduced size.
  init(
    width: Int, height: Int, pixels: [UInt8], originalSize: PixelSize, horizontalSpan: PixelSpan,
    verticalSpan: PixelSpan
  ) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(pixels.count == width * height * 3, "\(width) x \(height) RGB pixels, not \(pixels.count) bytes")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.originalSize = originalSize
    self.horizontalSpan = horizontalSpan
    self.verticalSpan = verticalSpan
  }

  /// The image turned upright from its stored orientation.
  func upright(from orientation: Orientation) -> PixelImage {
    guard orientation != .topLeft else { return self }
    let turned = orientation.swapsSides ? size.transposed : size
    let walk = orientation.walk(storedWidth: width, storedHeight: height)
    let horizontal = orientation.swapsSides ? verticalSpan : horizontalSpan
    let vertical = orientation.swapsSides ? horizontalSpan : verticalSpan
    return PixelImage(
      width: turned.width, height: turned.height, pixels: rearranged(walk, to: turned),
      originalSize: orientation.swapsSides ? originalSize.transposed : originalSize,
      horizontalSpan: walk.column < 0 ? horizontal.mirrored(on: turned.width) : horizontal,
      verticalSpan: walk.row < 0 ? vertical.mirrored(on: turned.height) : vertical)
  }

  /// The pixels in the order of a walk over the stored ones, row by row.
  private func rearranged(_ walk: Orientation.Walk, to turned: PixelSize) -> [UInt8] {
    // Square parts of the image, because a walk along whole rows would fetch a cache line for every pixel where rows
    // become columns.
    let tile = 16
    return [UInt8](unsafeUninitializedCapacity: pixels.count) { output, initialized in
      pixels.withUnsafeBufferPointer { stored in
        for top in stride(from: 0, to: turned.height, by: tile) {
          for left in stride(from: 0, to: turned.width, by: tile) {
            for y in top..<min(top + tile, turned.height) {
              var target = (y * turned.width + left) * 3
              var source = (walk.origin + y * walk.row + left * walk.column) * 3
              for _ in left..<min(left + tile, turned.width) {
                output[target] = stored[source]
                output[target + 1] = stored[source + 1]
                output[target + 2] = stored[source + 2]
                target += 3
                source += walk.column * 3
              }
            }
          }
        }
      }
      initialized = pixels.count
    }
  }
}
