import Foundation

/// The folder that an archive is unpacked into. Everything happens below its open descriptor, one name at a time and
/// without following links, so that nothing lands elsewhere whatever an entry is called.
public struct UnpackingFolder: ~Copyable {
  let path: String
  private let descriptor: Int32
  /// The folder that was asked for last: the files of a class come one after the other.
  private var last = OpenFolder(components: [], descriptor: -1)
  private let folderLimit: Int
  private var folderCount = 0
  /// The highest number given to a file of a name that was taken, by path.
  private var numbers: [[String]: Int] = [:]

  private struct OpenFolder {
    let components: [String]
    let descriptor: Int32
  }

  /// What became of something to be made.
  public enum Outcome<Made> {
    case made(Made)
    /// A file lies where a folder should, or there are too many of one name.
    case blocked
  }

  /// - Throws: `ArchiveError.unwritable`, `.folderNotEmpty`.
  public init(_ path: String, limits: ArchiveLimits = ArchiveLimits()) throws(ArchiveError) {
    descriptor = try Self.opened(path)
    self.path = path
    folderLimit = limits.folders
  }

  deinit {
    if last.descriptor >= 0 { close(last.descriptor) }
    close(descriptor)
  }

  /// Makes a folder and those that lead to it, unless they are there.
  ///
  /// - Throws: `ArchiveError.unwritable`, `.diskFull`, `.tooManyFolders`.
  mutating func makeFolder(_ components: [String]) throws(ArchiveError) -> Outcome<Void> {
    switch try openFolder(components) {
    case .made: .made(())
    case .blocked: .blocked
    }
  }

  /// Makes a file that was not there, and the folders that lead to it. Where its name is taken, it gets a number.
  ///
  /// - Throws: `ArchiveError.unwritable`, `.diskFull`, `.tooManyFolders`.
  public mutating func makeFile(_ components: [String]) throws(ArchiveError) -> Outcome<UnpackedFile> {
    guard case .made(let folder) = try openFolder(components.dropLast()) else { return .blocked }
    let name = components[components.count - 1]
    var number = numbers[components] ?? 1
    while true {
      let candidate = number == 1 ? name : EntryPath.numbered(name, number)
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let file = openat(folder, candidate, flags, 0o644)
      if file >= 0 {
        if number > 1 { numbers[components] = number + 1 }
        return .made(UnpackedFile(descriptor: file, name: candidate, isRenamed: number > 1, folder: path))
      }
      guard errno == EEXIST else { throw failure() }
      number += 1
    }
  }

  /// Removes everything below the folder, as far as the system lets it.
  func removeContents() { Self.removeContents(of: descriptor) }

  private mutating func openFolder(_ components: [String]) throws(ArchiveError) -> Outcome<Int32> {
    if components.isEmpty { return .made(descriptor) }
    if components == last.components { return .made(last.descriptor) }
    var folder = descriptor
    defer { if folder != descriptor && folder != last.descriptor { close(folder) } }
    for name in components {
      try makeFolder(name, in: folder)
      let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard inner >= 0 else {
        if errno == ENOTDIR || errno == ELOOP { return .blocked }
        throw failure()
      }
      if folder != descriptor { close(folder) }
      folder = inner
    }
    if last.descriptor >= 0 { close(last.descriptor) }
    last = OpenFolder(components: components, descriptor: folder)
    return .made(folder)
  }

  /// One that is there already is none that is made.
  private mutating func makeFolder(_ name: String, in folder: Int32) throws(ArchiveError) {
    guard mkdirat(folder, name, 0o755) == 0 else {
      if errno == EEXIST { return }
      throw failure()
    }
    folderCount += 1
    guard folderCount <= folderLimit else { throw .tooManyFolders(limit: folderLimit) }
  }

  private func failure() -> ArchiveError { .writing(to: path) }

  private static func opened(_ path: String) throws(ArchiveError) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
    do throws(ArchiveError) {
      guard try names(in: descriptor, path: path).isEmpty else { throw .folderNotEmpty(path: path) }
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func names(in folder: Int32, path: String) throws(ArchiveError) -> [String] {
    // The stream owns its descriptor, and a duplicate would share the place in the list with the next stream.
    let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else { throw .unwritable(path: path, reason: systemReason()) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  private static func removeContents(of folder: Int32) {
    for name in (try? names(in: folder, path: "")) ?? [] where unlinkat(folder, name, 0) != 0 {
      let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard inner >= 0 else { continue }
      removeContents(of: inner)
      close(inner)
      unlinkat(folder, name, AT_REMOVEDIR)
    }
  }
}

/// A file that is being written.
public struct UnpackedFile {
  /// Whoever has it made closes it.
  public let descriptor: Int32
  let name: String
  /// Whether another file has the name that it was to have.
  let isRenamed: Bool
  /// For messages.
  let folder: String

  /// What is to be said where another file has the name that it was to have.
  ///
  /// - Parameter entry: what it was to be called, safe to show.
  public func renamed(_ entry: String) -> UnpackedArchive.Renamed? {
    isRenamed ? UnpackedArchive.Renamed(entry: entry, name: name) : nil
  }

  /// - Throws: `ArchiveError.unwritable`, `.diskFull`.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ArchiveError) {
    var written = 0
    while written < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress! + written, bytes.count - written, off_t(offset + written))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .writing(to: folder) }
      written += count
    }
  }

  /// Gives the file its length, which may lie behind what was written.
  ///
  /// - Throws: `ArchiveError.unwritable`, `.diskFull`.
  func finish(length: Int) throws(ArchiveError) {
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw .writing(to: folder) }
  }
}

extension ArchiveError {
  /// What went wrong with the system call that failed last.
  static func writing(to path: String) -> ArchiveError {
    errno == ENOSPC || errno == EDQUOT ? .diskFull(path: path) : .unwritable(path: path, reason: systemReason())
  }
}
