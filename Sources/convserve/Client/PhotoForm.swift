import Foundation
import ModelServing

/// A folder of class folders as a form (RFC 7578), made while it is sent: its files go out one after the other.
struct PhotoForm {
  enum Failure: Error, CustomStringConvertible {
    case noClasses(path: String)
    case changed(path: String)

    var description: String {
      switch self {
      case .noClasses(let path):
        "\(path) holds no photos in folders of classes; accepted: such a folder, or a zip or tar of one"
      case .changed(let path): "\(path) has changed while it was sent; try again"
      }
    }
  }

  private struct File {
    let url: URL
    let size: Int
    /// The part's header.
    let header: [UInt8]
  }

  private static let pieceBytes = 256 << 10

  private let boundary = "convserve-\(UUID().uuidString)"
  private let files: [File]

  /// - Throws: `Failure.noClasses`.
  init(folder: URL) throws {
    let boundary = boundary
    files = try Self.photos(in: folder).map { name, url, size in
      let quoted = name.replacing("\"", with: "%22").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
      let header =
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"\(quoted)\"\r\n"
        + "Content-Type: application/octet-stream\r\n\r\n"
      return File(url: url, size: size, header: Array(header.utf8))
    }
  }

  var contentType: String { "multipart/form-data; boundary=\(boundary)" }

  var photoCount: Int { files.count }

  var length: Int { files.reduce(ending.count) { $0 + $1.header.count + $1.size + 2 } }

  private var ending: [UInt8] { Array("--\(boundary)--\r\n".utf8) }

  func send(_ sink: ClientRequest.Sink) throws {
    for file in files {
      try sink(file.header)
      try Self.send(file, sink)
      try sink(Array("\r\n".utf8))
    }
    try sink(ending)
  }

  /// Exactly as many bytes as were announced.
  private static func send(_ file: File, _ sink: ClientRequest.Sink) throws {
    let handle = try FileHandle(forReadingFrom: file.url)
    defer { try? handle.close() }
    var rest = file.size
    while rest > 0 {
      guard let piece = try handle.read(upToCount: min(rest, pieceBytes)), !piece.isEmpty else {
        throw Failure.changed(path: file.url.path)
      }
      rest -= piece.count
      try sink([UInt8](piece))
    }
  }

  /// Files of class folders by name; hidden ones are left out. Links are followed: they are the user's own.
  private static func photos(in folder: URL) throws -> [(name: String, url: URL, size: Int)] {
    let classes = try entries(of: folder).filter { isFolder($0) }
    let photos = try classes.flatMap { classFolder in
      try entries(of: classFolder).filter { !isFolder($0) }.map { url in
        (
          name: "\(classFolder.lastPathComponent)/\(url.lastPathComponent)", url: url,
          size: try FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)[.size] as? Int ?? 0
        )
      }
    }
    guard !photos.isEmpty else { throw Failure.noClasses(path: folder.path) }
    return photos
  }

  private static func entries(of folder: URL) throws -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles
      ).sorted { $0.path < $1.path }
    } catch {
      throw UnreadableFile(path: folder.path, reason: describe(error))
    }
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
