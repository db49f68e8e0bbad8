import CPNG
import Glibc

/// Writes pixels as a PNG.
public enum PNGEncoder {
  /// Equal pixels give equal bytes, as far as zlib is the same.
  ///
  /// - Parameter pixels: height x width x 3 bytes, red first.
  /// - Precondition: both sides are positive, and the pixels fill them.
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
