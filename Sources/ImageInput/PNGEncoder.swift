import CPNG
import Glibc

/// Encodes RGB pixels as a PNG, 8 bits for each channel, by libpng.
public enum PNGEncoder {
  /// Encodes an image. Equal pixels give equal bytes with the same version of zlib.
  ///
  /// - Parameter pixels: `height x width x 3` bytes, rows from the top, red first.
  /// - Precondition: both sides are positive, `pixels` has `width * height * 3` bytes, and there is memory for the PNG.
  public static func encode(width: Int, height: Int, pixels: [UInt8]) -> [UInt8] {
    precondition(width > 0 && height > 0 && pixels.count == width * height * 3, "\(width) x \(height) RGB pixels")
    var output = convserve_png_output()
    defer { free(output.bytes) }
    let status = pixels.withUnsafeBufferPointer {
      convserve_png_encode_rgb($0.baseAddress, UInt32(width), UInt32(height), &output)
    }
    guard status == 0 else { fatalError("no memory for a PNG of \(width) x \(height) pixels") }
    return Array(UnsafeBufferPointer(start: output.bytes, count: output.count))
  }
}
