import Archives
import Foundation
import Synchronization

/// A dataset while it arrives: an archive in pieces, or one file after the other. What was not finished is taken away when
/// the upload is discarded, or when the server starts the next time.
///
/// Not to be used by two tasks at a time.
public final class DatasetUpload: Sendable {
  private struct State {
    /// The archive, while it is being written.
    var archive: Int32?
    var hasArchive = false
    /// The files of a form.
    var photos: PhotoFolder?
    /// What was sent.
    var sent = 0
    /// What counts against the quota.
    var bytes = 0
    var isOver = false
  }

  private let id: String
  private let intake: DatasetIntake
  private let state = Mutex(State())

  private var folder: String { intake.folders.upload(id) }
  private var archive: String { folder + "/archive" }
  private var photos: String { folder + "/photos" }

  /// - Throws: `JobError.tooManyDatasets`, `.quotaExceeded`, `.storage`.
  init(_ intake: DatasetIntake) throws {
    id = JobIdentifier.random()
    self.intake = intake
    try intake.ledger.open()
    do {
      try JobFolders.make(intake.folders.upload(id))
      try JobFolders.make(intake.folders.upload(id) + "/photos")
    } catch {
      takeAway()
      throw error
    }
  }

  deinit { takeAway() }

  /// Adds to the archive that is the dataset, of any format that `ArchiveFormat` has.
  ///
  /// - Throws: `JobError.quotaExceeded`, `.storage`.
  public func appendArchive(_ piece: [UInt8]) async throws {
    try state.withLock { state in
      try Self.requireOpen(state)
      precondition(state.photos == nil, "an upload is an archive or files")
      if !state.hasArchive { state.archive = try Self.create(archive) }
      state.hasArchive = true
      guard let file = state.archive else { preconditionFailure("nothing is added to an archive that is complete") }
      try count(piece.count, &state)
      try StoredFiles.append(piece[...], to: file, named: archive)
    }
  }

  /// Begins a file of a form.
  ///
  /// - Parameter name: `CLASS/FILE`; there may be folders before and between, as in an archive.
  /// - Throws: `JobError.upload` for a name that is none, `.storage`.
  public func beginFile(_ name: String) async throws {
    try state.withLock { state in
      try Self.requireOpen(state)
      precondition(!state.hasArchive, "an upload is an archive or files")
      if state.photos == nil { state.photos = try PhotoFolder(photos) }
      try state.photos?.begin(name)
    }
  }

  /// Adds to the file that was begun last.
  ///
  /// - Throws: `JobError.quotaExceeded`, `.storage`.
  public func appendFile(_ piece: ArraySlice<UInt8>) async throws {
    try state.withLock { state in
      try Self.requireOpen(state)
      guard state.photos?.isWriting == true else { return }
      try count(piece.count, &state)
      try state.photos?.append(piece)
    }
  }

  /// Unpacks, audits and keeps the dataset.
  ///
  /// - Throws: `JobError`; nothing is left then.
  public func finish() async throws -> Dataset {
    defer { takeAway() }
    let (hasArchive, files, formNotes) = try state.withLock { state in
      try Self.requireOpen(state)
      Self.closeFiles(&state)
      return (state.hasArchive, state.photos?.files ?? 0, state.photos?.notes ?? IntakeNotes())
    }
    guard hasArchive || files > 0 else {
      throw JobError.upload(problem: "there is nothing in the upload", accepted: DatasetIntake.accepted)
    }
    await intake.turnstile.enter()
    do {
      try Task.checkCancellation()
      try intake.requireRunning()
      let notes = hasArchive ? try await unpacked() : formNotes
      let dataset = try await intake.keep(ClassRoot.find(in: photos), id: id, notes: notes)
      keep(dataset)
      await intake.turnstile.leave()
      return dataset
    } catch {
      await intake.turnstile.leave()
      throw error
    }
  }

  /// Takes everything away; does nothing after `finish`.
  public func discard() async { takeAway() }
}

// MARK: What it takes

extension DatasetUpload {
  /// Takes room for bytes that were sent.
  private func count(_ bytes: Int, _ state: inout State) throws {
    let limit = intake.configuration.maximumUploadBytes
    guard state.sent + bytes <= limit else { throw JobError.quotaExceeded(bytes: state.sent + bytes, limit: limit) }
    try intake.ledger.add(bytes, to: state.bytes)
    state.sent += bytes
    state.bytes += bytes
  }

  /// Unpacks the archive, which counts no more then, and says what was left out of it or renamed.
  private func unpacked() async throws -> IntakeNotes {
    let sent = state.withLock { $0.sent }
    // What comes out takes the archive's place in the end, but lies beside it until then.
    intake.ledger.giveBack(sent)
    state.withLock { $0.bytes -= sent }
    let refusal = Mutex<JobError?>(nil)
    let notes: IntakeNotes
    let limit = max(intake.configuration.maximumDatasetBytes, 1)
    do {
      // How much of that there is room for the ledger says, piece by piece: it knows what others take at that moment.
      notes = try await intake.unpack(archive, into: photos, limits: ArchiveLimits(totalBytes: limit)) { bytes in
        do throws(JobError) {
          try self.take(bytes)
          return true
        } catch {
          refusal.withLock { $0 = error }
          return false
        }
      }
    } catch {
      if let refusal = refusal.withLock({ $0 }) { throw refusal }
      throw error
    }
    unlink(archive)
    return notes
  }

  /// Takes room for bytes that come out of the archive.
  private func take(_ bytes: Int) throws(JobError) {
    try state.withLock { state throws(JobError) in
      try intake.ledger.add(bytes, to: state.bytes)
      state.bytes += bytes
    }
  }

  /// From here on the dataset counts in the upload's place, by what it takes.
  private func keep(_ dataset: Dataset) {
    state.withLock { state in
      intake.ledger.giveBack(state.bytes - dataset.bytes)
      intake.ledger.keep(dataset.bytes)
      (state.bytes, state.isOver) = (0, true)
    }
    intake.folders.discard(folder)
  }

  private func takeAway() {
    let bytes: Int? = state.withLock { state in
      guard !state.isOver else { return nil }
      Self.closeFiles(&state)
      state.isOver = true
      return state.bytes
    }
    guard let bytes else { return }
    intake.folders.discard(folder)
    intake.ledger.discard(bytes)
  }

  private static func requireOpen(_ state: State) throws {
    guard !state.isOver else { throw JobError.storage(reason: "the upload is over") }
  }

  private static func closeFiles(_ state: inout State) {
    if let file = state.archive { close(file) }
    state.archive = nil
    state.photos?.end()
  }

  private static func create(_ path: String) throws -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw JobError.system("make \(path)") }
    return file
  }
}
