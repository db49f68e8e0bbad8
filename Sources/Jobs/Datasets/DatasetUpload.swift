import Archives
import Foundation
import Synchronization

/// A dataset while it arrives: an archive in pieces, or one file after the other. What was not finished is taken away when
/// the upload is discarded, or when the server starts the next time.
///
/// Not to be used by two tasks at a time.
public final class DatasetUpload: Sendable {
  private struct State {
    /// The file that is being written.
    var file: Int32?
    var path = ""
    var hasArchive = false
    var files = 0
    /// What counts against the quota.
    var bytes = 0
    var isOver = false
  }

  private let id: String
  private let intake: DatasetIntake
  /// Bytes of all datasets when the upload began.
  private let kept: Int
  private let state = Mutex(State())

  private var folder: String { intake.folders.upload(id) }
  private var archive: String { folder + "/archive" }
  private var photos: String { folder + "/photos" }

  init(_ intake: DatasetIntake, kept: Int) throws {
    id = JobIdentifier.random()
    self.intake = intake
    self.kept = kept
    do {
      try JobFolders.make(intake.folders.upload(id))
      try JobFolders.make(intake.folders.upload(id) + "/photos")
    } catch {
      takeAway()
      throw error
    }
  }

  deinit { takeAway() }

  /// Adds to the archive (zip, tar, tar.gz) that is the dataset.
  ///
  /// - Throws: `JobError.quotaExceeded`, `.storage`.
  public func appendArchive(_ piece: [UInt8]) async throws {
    try state.withLock { state in
      try Self.requireOpen(state)
      precondition(state.files == 0, "an upload is an archive or files")
      if !state.hasArchive { try Self.create(archive, &state) }
      state.hasArchive = true
      try append(piece[...], &state)
    }
  }

  /// Begins a file of a form; `name` is `CLASS/FILE`, and may have folders before that, as browsers send them.
  ///
  /// - Throws: `JobError.upload` for a name that is none.
  public func beginFile(_ name: String) async throws {
    let name = try UploadFileName(name)
    try state.withLock { state in
      try Self.requireOpen(state)
      precondition(!state.hasArchive, "an upload is an archive or files")
      Self.closeFile(&state)
      guard !name.isLeftBehind else { return }
      guard state.files < DatasetIntake.maximumFiles else {
        throw JobError.upload(problem: "there are more than \(DatasetIntake.maximumFiles) files", accepted: [])
      }
      try JobFolders.make(photos + "/" + name.className)
      try Self.create(name, in: photos, &state)
      state.files += 1
    }
  }

  /// Adds to the file that was begun last.
  ///
  /// - Throws: `JobError.quotaExceeded`, `.storage`.
  public func appendFile(_ piece: ArraySlice<UInt8>) async throws {
    try state.withLock { state in
      try Self.requireOpen(state)
      // A file that systems leave beside photos is read over.
      guard state.file != nil else { return }
      try append(piece, &state)
    }
  }

  /// Unpacks, audits and keeps the dataset.
  ///
  /// - Throws: `JobError`; nothing is left then.
  public func finish() async throws -> Dataset {
    defer { takeAway() }
    let (hasArchive, files) = try state.withLock { state in
      try Self.requireOpen(state)
      Self.closeFile(&state)
      return (state.hasArchive, state.files)
    }
    guard hasArchive || files > 0 else {
      throw JobError.upload(problem: "there is nothing in the upload", accepted: DatasetIntake.accepted)
    }
    await intake.turnstile.enter()
    do {
      try Task.checkCancellation()
      try intake.requireRunning()
      let dataset = try await intake.keep(hasArchive ? try await unpacked() : photos, id: id)
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

// MARK: Files

extension DatasetUpload {
  private func append(_ piece: ArraySlice<UInt8>, _ state: inout State) throws {
    guard let file = state.file else { preconditionFailure("a file is begun before anything is added to it") }
    let limit = intake.configuration.maximumUploadBytes
    guard state.bytes + piece.count <= limit else {
      throw JobError.quotaExceeded(bytes: state.bytes + piece.count, limit: limit)
    }
    try intake.ledger.add(piece.count, kept: kept)
    state.bytes += piece.count
    try DurableFiles.append(piece, to: file, named: state.path)
  }

  /// Unpacks the archive, which counts no more then, and says where the folders of classes are.
  private func unpacked() async throws -> String {
    let sent = state.withLock { $0.bytes }
    let room = intake.ledger.room(kept: kept) + sent
    let root = try await intake.unpack(archive, into: photos, limits: ArchiveLimits(totalBytes: max(room, 1)))
    unlink(archive)
    let bytes = JobFolders.measure(photos).bytes
    try state.withLock { state in
      intake.ledger.giveBack(state.bytes)
      state.bytes = 0
      try intake.ledger.add(bytes, kept: kept)
      state.bytes = bytes
    }
    return root
  }

  private func takeAway() {
    let bytes: Int? = state.withLock { state in
      guard !state.isOver else { return nil }
      Self.closeFile(&state)
      state.isOver = true
      return state.bytes
    }
    guard let bytes else { return }
    intake.folders.discard(folder)
    intake.ledger.close(bytes)
  }

  private static func requireOpen(_ state: State) throws {
    guard !state.isOver else { throw JobError.storage(reason: "the upload is over") }
  }

  private static func closeFile(_ state: inout State) {
    if let file = state.file { close(file) }
    state.file = nil
  }

  private static func create(_ path: String, _ state: inout State) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw JobError.system("make \(path)") }
    (state.file, state.path) = (file, path)
  }

  /// A second file of a name gets a number: none replaces another.
  private static func create(_ name: UploadFileName, in photos: String, _ state: inout State) throws {
    var number = 1
    while true {
      let path = "\(photos)/\(name.className)/\(name.numbered(number))"
      if access(path, F_OK) != 0 { return try create(path, &state) }
      number += 1
    }
  }
}
