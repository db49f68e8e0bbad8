import Foundation
import ImageInput
import ModelServing

/// Reads files that should be images, and tells by their names which ones are meant to be.
enum EncodedImageFile {
  /// The largest accepted file. Larger files are no images that a user trains with.
  static let maximumBytes = 256 << 20

  /// - Throws: `UnreadableFile`.
  static func bytes(_ file: URL) throws(UnreadableFile) -> Data {
    let size = try size(file)
    guard size <= maximumBytes else {
      throw UnreadableFile(path: file.path, reason: "\(size) bytes long; at most \(maximumBytes) are accepted")
    }
    return try Data(readingFrom: file)
  }

  /// Bytes of a regular file.
  static func size(_ file: URL) throws(UnreadableFile) -> Int {
    var status = stat()
    guard stat(file.path, &status) == 0 else {
      throw UnreadableFile(path: file.path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw UnreadableFile(path: file.path, reason: "it is no regular file")
    }
    return Int(status.st_size)
  }

  /// Whether a name promises an image. Formats that cannot be decoded count too, so that such files are reported as
  /// unreadable and not left out silently.
  static func isMeant(byName name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return extensions.contains(name[name.index(after: dot)...].lowercased())
  }

  private static let extensions: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "webp",
    "gif", "bmp", "tif", "tiff", "heic", "heif", "avif", "jp2", "jxl", "ppm", "pgm",
  ]
}
