import Foundation
import ModelServing

/// The files and folders in a folder, without hidden ones, each list in the order of its bytes.
struct FolderContents: Sendable {
  let url: URL
  private(set) var files: [String] = []
  private(set) var folders: [String] = []

  /// - Throws: `UnreadableFile`.
  init(_ url: URL) throws {
    self.url = url
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: url.path)
    } catch {
      throw UnreadableFile(path: url.path, reason: describe(error))
    }
    for name in names.filter({ !$0.hasPrefix(".") }).sorted(by: { $0.precedes($1) }) {
      var isFolder: ObjCBool = false
      // A link that leads nowhere counts as a file, which will be found unreadable.
      let exists = FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path, isDirectory: &isFolder)
      if exists && isFolder.boolValue { folders.append(name) } else { files.append(name) }
    }
  }

  /// For messages.
  var summary: String {
    guard !files.isEmpty else { return "the folder is empty" }
    return "it holds \(files.count) files, among them \(files.prefix(3).joined(separator: ", ")), and no folders"
  }
}
