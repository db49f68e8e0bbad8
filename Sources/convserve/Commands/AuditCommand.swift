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
      PHOTOS is a folder with a folder of images for each class, a zip or tar of such, or a CSV file of paths and \
      labels. Images that are set apart for validation or test are looked at too, and copies of them among the others are \
      named. Nothing is changed, and no network is needed.

      With --json, one object: {"images": n, "classes": [{"name", "images"}], "audit": {...}, \
      "ignored_files": {"count", "examples"}, "renamed_files": {"count", "examples"}}, with "parts" where images are set apart: \
      [{"name": "training", "images": n}, ...].
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
    let signals = StopSignals()
    let flag = StopFlag()
    let watch = Task {
      let number = await signals.wait()
      flag.raise()
      return number
    }
    defer { watch.cancel() }
    guard let outcome = try await onOwnThread("audit", { try PhotoAudit(self, isStopping: { flag.isRaised }) }) else {
      // Nothing is left behind now, so that the signal may end the program as ever.
      if let number = await watch.value { kill(getpid(), number) }
      throw ExitCode.failure
    }
    try Terminal.write(json ? encodedJSON(outcome) : outcome.text(limit: limit))
  }
}

/// What `audit` prints.
private struct PhotoAudit: Encodable, Sendable {
  /// Of all parts together.
  let images: Int
  let classes: [Count]
  /// Nothing where nothing is set apart.
  let parts: [Count]?
  let audit: DataAudit
  let ignoredFiles: NotedFiles
  let renamedFiles: NotedFiles

  enum CodingKeys: String, CodingKey {
    case images, classes, parts, audit
    case ignoredFiles = "ignored_files"
    case renamedFiles = "renamed_files"
  }

  struct Count: Encodable, Sendable {
    let name: String
    let images: Int
  }

  /// Nothing where it was stopped.
  ///
  /// - Throws: `PhotoSourceError`, `DataSetError`, `UnreadableFile`.
  init?(_ command: AuditCommand, isStopping: @escaping @Sendable () -> Bool) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("audit-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    guard let source = try Self.source(command.photos, folder, isStopping) else { return nil }
    ignoredFiles = NotedFiles(source.ignoredFiles)
    renamedFiles = NotedFiles(source.renamedFiles)
    let pool = WorkerPool(threadCount: command.threads ?? ProcessInfo.processInfo.activeProcessorCount)
    guard let audit = DataAudit(of: source, pool: pool, isStopping: isStopping) else { return nil }
    self.audit = audit
    let sets = [("training", source.training), ("validation", source.validation), ("test", source.test)]
      .compactMap { name, set in set.map { (name: name, set: $0) } }
    images = sets.reduce(0) { $0 + $1.set.count }
    // Counted once for each part: of many classes it takes its time.
    let counts = sets.map(\.set.classCounts)
    classes = source.training.classNames.enumerated().map { index, name in
      Count(name: name, images: counts.reduce(0) { $0 + $1[index] })
    }
    parts = sets.count == 1 ? nil : sets.map { Count(name: $0.name, images: $0.set.count) }
  }

  private static func source(
    _ photos: String, _ folder: URL, _ isStopping: @escaping @Sendable () -> Bool
  ) throws -> DataSource? {
    let location = URL(fileURLWithPath: photos)
    // Files that a table names and that are not there are found here, where adapting refuses the table.
    if location.pathExtension.lowercased() == "csv" { return try DataSource.open(location) }
    do {
      return try PhotoSource.open(location, unpackingInto: folder, isStopping: isStopping)
    } catch PhotoSourceError.stopped {
      return nil
    }
  }

  func text(limit: Int) -> [UInt8] {
    let shares = parts.map { " (" + $0.map { "\($0.name) \($0.images)" }.joined(separator: ", ") + ")" } ?? ""
    let counts = "\(images) images of \(classes.count) classes\(shares)\n"
    let lines = audit.lines(limit: limit) + ignoredFiles.lines("left out") + renamedFiles.lines("renamed")
    return Array(
      (counts + (lines.isEmpty ? "nothing found that is wrong\n" : lines.joined(separator: "\n") + "\n")).utf8)
  }
}
