import Archives
import Foundation
import Subprocess
import Synchronization
import Threads

/// Makes datasets of uploads that are there as a whole: unpacks, audits, keeps.
final class DatasetIntake: Sendable {
  /// Unpacks a file into an empty folder, and says what it has left out or renamed.
  typealias Unpack = @Sendable (_ file: String, _ folder: String, _ limits: UnpackLimits) throws -> IntakeNotes

  /// What unpacking is held to.
  struct UnpackLimits: Sendable {
    var archive: ArchiveLimits
    var isStopping: @Sendable () -> Bool
    /// Takes room for so many bytes more; false where there is none.
    var hasRoom: @Sendable (_ bytes: Int) -> Bool
  }

  static let accepted = JobService.acceptedUploads

  let configuration: JobServiceConfiguration
  let folders: JobFolders
  let store: JobStore
  let timing: JobTiming
  let environment: [String: String]
  let ledger: UploadLedger
  let unpack: Unpack
  /// Unpacking and audits take memory and time: one after the other.
  let turnstile = Turnstile()
  private let isStopping = Flag()
  /// The child that looks at photos, if there is one.
  private let current = Mutex<ChildProcess?>(nil)

  /// Returns when nothing is unpacked or looked at any more.
  func stop() async {
    isStopping.raise()
    current.withLock { $0?.kill() }
    await turnstile.enter()
    await turnstile.leave()
  }

  func requireRunning() throws {
    guard !isStopping.isRaised else { throw JobError.stopping }
  }

  /// Unpacks an archive with `ArchiveUnpacker`.
  static let unpackArchive: Unpack = { file, folder, limits in
    do throws(ArchiveError) {
      let unpacked = try ArchiveUnpacker.unpack(
        file, into: folder, limits: limits.archive, isStopping: limits.isStopping, hasRoom: limits.hasRoom)
      var notes = IntakeNotes()
      notes.ignored.add(unpacked.leftOut.map(\.description), count: unpacked.leftOutCount)
      notes.renamed.add(unpacked.renamed.map(\.description), count: unpacked.renamedCount)
      return notes
    } catch {
      throw JobError(error)
    }
  }

  init(
    configuration: JobServiceConfiguration, folders: JobFolders, store: JobStore, timing: JobTiming,
    environment: [String: String], kept: (count: Int, bytes: Int), unpack: @escaping Unpack
  ) {
    self.configuration = configuration
    self.folders = folders
    self.store = store
    self.timing = timing
    self.environment = environment
    ledger = UploadLedger(
      maximumDatasets: configuration.maximumDatasets, maximumBytes: configuration.maximumDatasetBytes,
      count: kept.count, bytes: kept.bytes)
    self.unpack = unpack
  }

  /// What an upload has become in its own folder, as a dataset in its place.
  ///
  /// - Parameter notes: what the folder does not hold, or under another name.
  func keep(_ photos: String, id: String, notes: IntakeNotes) async throws -> Dataset {
    let size = JobFolders.measure(photos)
    let audit = try await audit(photos, images: size.files, id)
    var ignored = notes.ignored
    ignored.add(audit.ignored.examples, count: audit.ignored.count)
    let dataset = Dataset(
      id: id, created: store.now(), images: audit.images, bytes: size.bytes, classes: audit.classes, audit: audit.text,
      ignoredFiles: ignored, renamedFiles: notes.renamed)
    try StoredFiles.synchronizeAll(around: photos)
    try StoredFiles.move(photos, to: folders.dataset(id))
    do {
      // To its end even where the client leaves now: a row and its files come together.
      return try await Task { try await store.insert(dataset) }.value.dataset
    } catch {
      folders.discard(folders.dataset(id))
      throw error
    }
  }

  /// Runs on a thread of its own, for unpacking blocks. Ends early where the task is cancelled.
  func unpack(
    _ archive: String, into folder: String, limits: ArchiveLimits, hasRoom: @escaping @Sendable (Int) -> Bool
  ) async throws -> IntakeNotes {
    let isCancelled = Flag()
    let limits = UnpackLimits(
      archive: limits, isStopping: { isCancelled.isRaised || self.isStopping.isRaised }, hasRoom: hasRoom)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        SystemThread(name: "unpacking") {
          continuation.resume(with: Result { try self.unpack(archive, folder, limits) })
        }
      }
    } onCancel: {
      isCancelled.raise()
    }
  }
}

// MARK: Audit

extension DatasetIntake {
  private struct Audit {
    var images: Int
    var classes: [Dataset.ClassCount]
    var text: String
    var ignored = FileNotes()

    init?(_ line: [UInt8]) {
      guard let value = try? JSONValue(parsing: line), let images = value["images"]?.int, let audit = value["audit"],
        case .array(let items) = value["classes"]
      else { return nil }
      let classes = items.compactMap { item -> Dataset.ClassCount? in
        guard let name = item["name"]?.string, let images = item["images"]?.int else { return nil }
        return Dataset.ClassCount(name: name, images: images)
      }
      guard classes.count == items.count else { return nil }
      (self.images, self.classes, text) = (images, classes, audit.text)
      if let files = value["ignored_files"], let count = files["count"]?.int,
        case .array(let examples) = files["examples"]
      {
        ignored.add(examples.compactMap(\.string), count: count)
      }
    }
  }

  /// By a child, under limits: photos of strangers are decoded.
  private func audit(_ photos: String, images: Int, _ id: String) async throws -> Audit {
    let child = ChildProcess()
    current.withLock { $0 = child }
    defer { current.withLock { $0 = nil } }
    // Whoever stops either sees the child or is seen here.
    if isStopping.isRaised { child.kill() }
    let limit = timing.audit + timing.auditOfImage * images
    let isLate = Flag()
    let alarm = Task {
      try await Task.sleep(for: limit, clock: .continuous)
      isLate.raise()
      child.kill()
    }
    defer { alarm.cancel() }
    let last = Mutex<[UInt8]?>(nil)
    let outcome = try await withTaskCancellationHandler {
      try await run(child, photos, id) { line in last.withLock { $0 = line } }
    } onCancel: {
      child.kill()
    }
    try Task.checkCancellation()
    try requireRunning()
    guard !isLate.isRaised else {
      throw JobError.upload(
        problem: "looking at the photos took longer than \(limit.components.seconds) seconds", accepted: [])
    }
    return try result(of: outcome, last.withLock { $0 }, photos)
  }

  private func run(
    _ child: ChildProcess, _ photos: String, _ id: String, line: @escaping @Sendable ([UInt8]) -> Void
  ) async throws -> ChildProcess.Outcome {
    do {
      return try await child.run(
        .audit(photos, configuration, in: folders.upload(id)), environment: environment, started: { _ in true },
        line: { line($0) })
    } catch let error as SubprocessError {
      throw JobError.storage(reason: "the program could not be started: \(error)")
    }
  }

  /// What a command takes is no upload's: the child says so to its own users.
  private static func withoutAccepted(_ said: String) -> String {
    said.firstRange(of: ". Accepted: ").map { String(said[..<$0.lowerBound]) } ?? said
  }

  private func result(of outcome: ChildProcess.Outcome, _ line: [UInt8]?, _ photos: String) throws -> Audit {
    let said = outcome.words.problem.map { $0.replacing(photos, with: "the upload") }
    switch outcome.status {
    case .exited(0):
      if let line, let audit = Audit(line) { return audit }
      throw JobError.upload(problem: "the photos could not be looked at: the child gave no result", accepted: [])
    case .exited(1):
      if let said, said.contains("No space left on device") {
        throw JobError.storage(reason: "the disk is full: \(said)")
      }
      throw JobError.upload(
        problem: said.map(Self.withoutAccepted) ?? "these are no photos in folders of classes", accepted: Self.accepted)
    case .exited(let status):
      throw JobError.upload(problem: "looking at the photos failed (\(status)): \(said ?? "no word why")", accepted: [])
    case .signaled(let signal):
      throw JobError.upload(
        problem: "looking at the photos was ended by signal \(signal), perhaps because it needed more than "
          + "\(configuration.childMemoryBytes) bytes of memory", accepted: [])
    }
  }
}

extension JobError {
  /// What is wrong with an archive is for whoever sent it; what is wrong with the disk is the server's.
  init(_ error: ArchiveError) {
    switch error {
    case .diskFull: self = .storage(reason: "the disk is full: cannot write down the upload")
    case .unreadable, .unwritable, .folderNotEmpty: self = .storage(reason: "\(error)")
    case .stopped: self = .stopping
    case .notAnArchive, .notATar:
      self = .upload(problem: "the upload is no archive that can be unpacked", accepted: DatasetIntake.accepted)
    case .compressedTwice, .empty, .encrypted, .cutOff, .damaged, .pathLeadsOut, .unseenInFolder, .tooManyEntries,
      .tooManyFolders, .fileTooLarge,
      .tooLarge, .ratioTooHigh, .tooDeep, .noRoom:
      self = .upload(problem: "\(error)", accepted: [])
    }
  }
}
