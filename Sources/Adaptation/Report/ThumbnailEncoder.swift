import CJPEG
import ImageInput

/// Small pictures for reports.
public enum ThumbnailEncoder {
  /// The picture as a JPEG whose longer side has at most so many pixels; a smaller picture keeps its size.
  ///
  /// - Parameters:
  ///   - side: in pixels, at least 1.
  ///   - quality: from 1 to 100, as libjpeg scales it.
  /// - Throws: `ThumbnailError` where the encoder fails, which is for want of memory.
  public static func jpeg(of image: PixelImage, side: Int = 160, quality: Int = 80) throws(ThumbnailError) -> [UInt8] {
    precondition(side > 0 && (1...100).contains(quality), "a size and a quality")
    let size = fitted(image.size, into: side)
    let small = size == image.size ? image : image.resized(to: size, interpolation: .bicubic)
    return try encoded(small, quality: quality)
  }

  /// The size of a picture within a square, at least one pixel wide and high.
  static func fitted(_ size: PixelSize, into side: Int) -> PixelSize {
    let longer = max(size.width, size.height)
    guard longer > side else { return size }
    func scaled(_ length: Int) -> Int { max(1, (length * side + longer / 2) / longer) }
    return PixelSize(width: scaled(size.width), height: scaled(size.height))
  }

  private static func encoded(_ image: PixelImage, quality: Int) throws(ThumbnailError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: room(for: image.size))
    var count = UInt(bytes.count)
    var message = [CChar](repeating: 0, count: Int(JMSG_LENGTH_MAX))
    let hasSucceeded = image.pixels.withUnsafeBufferPointer { pixels in
      convserve_jpeg_encode(
        pixels.baseAddress, UInt32(image.width), UInt32(image.height), Int32(quality), &bytes, &count, &message)
    }
    guard hasSucceeded else {
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw ThumbnailError(message: String(decoding: text, as: UTF8.self))
    }
    return Array(bytes.prefix(Int(count)))
  }

  /// More than a JPEG of a size can have, as libjpeg-turbo's `tjBufSize` reckons: six bytes a pixel of whole blocks.
  private static func room(for size: PixelSize) -> Int {
    func padded(_ length: Int) -> Int { (length + 15) / 16 * 16 }
    return padded(size.width) * padded(size.height) * 6 + 2048
  }
}

/// A picture that could not be encoded.
public struct ThumbnailError: Error, Hashable, CustomStringConvertible {
  /// What the encoder said.
  public let message: String

  public var description: String { "The thumbnail could not be encoded: \(message)" }
}
