import Archives
import Foundation
import ModelServing

/// A folder of class folders as a form (RFC 7578), made while it is sent: its files go out one after the other.
struct PhotoForm {
  enum Failure: Error, CustomStringConvertible {
    case noClasses(path: String)
    case tooDeep(path: String, limit: Int)
    case badName(path: String)
    case changed(path: String)

    var description: String {
      switch self {
      case .noClasses(let path):
        "\(path) holds no photos in folders of classes; accepted: such a folder, or an archive of one "
          + "(\(ArchiveFormat.accepted))"
      case .tooDeep(let path, let limit): "\(path) lies more than \(limit) folders deep"
      case .badName(let path): "\(path) has a name that no upload can have"
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

  /// - Throws: `Failure`, `UnreadableFile`.
  init(folder: URL) throws {
    let boundary = boundary
    files = try Self.photos(in: folder).map { name, url, size in
      let quoted = name.replacing("\"", with: "%22")
      let header =
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"\(quoted)\"\r\n"
        + "Content-Type: application/octet-stream\r\n\r\n"
      return File(url: url, size: size, header: Array(header.utf8))
    }
  }

  var contentType: String { "multipart/form-data; boundary=\(boundary)" }

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

  /// Files of class folders and of the folders within them, by their paths below the folder; hidden ones are left out. Links
  /// are followed: they are the user's own.
  private static func photos(in folder: URL) throws -> [(name: String, url: URL, size: Int)] {
    let found = try entries(of: folder).filter(isFolder).flatMap { try photos(in: $0, path: $0.lastPathComponent) }
    guard !found.isEmpty else { throw Failure.noClasses(path: folder.path) }
    return found
  }

  private static func photos(in folder: URL, path: String) throws -> [(name: String, url: URL, size: Int)] {
    let limit = ArchiveLimits().depth
    guard path.split(separator: "/").count <= limit else { throw Failure.tooDeep(path: folder.path, limit: limit) }
    return try entries(of: folder).flatMap { url in
      let path = "\(path)/\(url.lastPathComponent)"
      if isFolder(url) { return try photos(in: url, path: path) }
      let size = try FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)[.size] as? Int
      return try name(path, url).map { [(name: $0, url: url, size: size ?? 0)] } ?? []
    }
  }

  /// As the server would call it, without what no header can hold; nothing for what nobody means to send.
  private static func name(_ path: String, _ url: URL) throws -> String? {
    switch EntryPath(Array(path.utf8), in: .tar) {
    case .below(let components): components.joined(separator: "/")
    case .hidden: nil
    case .unseenInFolder: throw ArchiveError.unseenInFolder(entry: EntryPath.readable(Array(path.utf8), in: .tar))
    case .leadsOut, .nameless: throw Failure.badName(path: url.path)
    }
  }

  private static func entries(of folder: URL) throws -> [URL] {
    do {
      // Foundation lists nothing behind a link.
      return try FileManager.default.contentsOfDirectory(
        at: folder.resolvingSymlinksInPath(), includingPropertiesForKeys: nil, options: .skipsHiddenFiles
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
