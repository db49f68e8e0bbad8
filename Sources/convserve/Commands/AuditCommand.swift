import Adaptation
import ArgumentParser
import Foundation
import InferenceRuntime
import ModelServing
import ServerAPI
import Training

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Looks for what is wrong with labelled photos: unreadable, equal, nearly equal, dark, blurred.",
    discussion: """
      PHOTOS is a folder with a folder of images for each class, a zip or tar of such, or a CSV file of paths and labels. Nothing is changed, and no \
      network is needed.

      With --json, one object: {"images": n, "classes": [{"name", "images"}], "audit": {...}, "ignored_files": {"count", "examples"}}.
      """)

  @Argument(help: "The photos and their classes.", completion: .directory)
  var photos: String

  @Option(
    name: .long, parsing: .unconditional,
    help: "Threads; they decide about time alone. (default: as many as processors)")
  var threads: Int?

  @Option(name: .long, parsing: .unconditional, help: "Files or groups that are shown of each kind.")
  var limit = 10

  @Flag(name: .long, help: "Prints JSON.")
  var json = false

  func validate() throws {
    guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads takes 1 to 256") }
    guard limit >= 0 else { throw ValidationError("--limit takes 0 or more") }
  }

  func run() async throws {
    let outcome = try await onOwnThread("audit") { try PhotoAudit(self) }
    try Terminal.write(json ? encodedJSON(outcome) : outcome.text(limit: limit))
  }
}

/// What `audit` prints.
private struct PhotoAudit: Encodable, Sendable {
  let images: Int
  let classes: [ClassCount]
  let audit: DataAudit
  let ignoredFiles: IgnoredFiles

  enum CodingKeys: String, CodingKey {
    case images, classes, audit
    case ignoredFiles = "ignored_files"
  }

  struct ClassCount: Encodable, Sendable {
    let name: String
    let images: Int
  }

  /// - Throws: `PhotoSourceError`, `DataSetError`, `UnreadableFile`.
  init(_ command: AuditCommand) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("audit-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let location = URL(fileURLWithPath: command.photos)
    // Files that a table names and that are not there are found here, where adapting refuses the table.
    let isTable = location.pathExtension.lowercased() == "csv"
    let source = try isTable ? DataSource.open(location) : PhotoSource.open(location, unpackingInto: folder)
    let photos = source.training
    ignoredFiles = IgnoredFiles(source)
    let pool = WorkerPool(threadCount: command.threads ?? ProcessInfo.processInfo.activeProcessorCount)
    images = photos.count
    classes = zip(photos.classNames, photos.classCounts).map { ClassCount(name: $0, images: $1) }
    // Nobody stops it but by ending the program.
    audit = DataAudit(of: photos, pool: pool)!
  }

  func text(limit: Int) -> [UInt8] {
    let counts = "\(images) images of \(classes.count) classes\n"
    let lines = audit.lines(limit: limit) + ignoredFiles.lines
    return Array(
      (counts + (lines.isEmpty ? "nothing found that is wrong\n" : lines.joined(separator: "\n") + "\n")).utf8)
  }
}
