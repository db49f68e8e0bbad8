import Foundation

/// Unpacks archives that strangers sent.
///
/// | what an archive holds | what becomes of it |
/// | --- | --- |
/// | more entries, folders, bytes, bytes a file or nested folders than `ArchiveLimits` has | refused while it unpacks |
/// | more bytes than its own size explains, whatever its headers say | refused while it unpacks |
/// | compression within compression (tar.gz.gz) | refused |
/// | a name with `..` | refused |
/// | encrypted entries | refused, and the error says so |
/// | a missing end, a wrong checksum, an unknown compression | refused |
/// | nothing to unpack | refused |
/// | an absolute path, a drive's letter, `.`, `//` | taken as below the folder |
/// | backslashes | zip: as slashes; tar: `_` |
/// | a symbolic or hard link, a device, a pipe, a socket | left out, with a note |
/// | an archive | left out, with a note, and never opened |
/// | a file below a file | left out, with a note |
/// | a name flagged as UTF-8 that is none | left out, with a note |
/// | hidden files, `__MACOSX`, `Thumbs.db` and the like | left out, and counted |
/// | names of DOS (code page 437) in zip, Latin-1 in tar | turned into Unicode |
/// | control characters, line and paragraph separators in a folder's name | refused, as in a folder of photos |
/// | the same in a file's name; bidirectional controls | `_` each |
/// | a NUL in a name | the name ends there |
/// | names that differ by Unicode normalisation | one name, in form NFC |
/// | two files of one name | both kept; the later is called `name~2.jpg`, with a note |
/// | names that differ by case | two names, unless the file system takes them for one: then as above |
/// | names of more than 255 bytes | cut before their extension |
/// | holes in sparse files | zeros, which count as bytes |
/// | owners, modes, times, extended attributes | ignored |
public enum ArchiveUnpacker {
  /// Unpacks a file into an empty folder. If it throws, the folder is empty again.
  ///
  /// Works on the calling thread, in pieces of some 64 KB.
  ///
  /// - Parameters:
  ///   - isStopping: asked between pieces; when it says yes, `ArchiveError.stopped` is thrown.
  ///   - hasRoom: asked before so many bytes more are written; when it says no, `ArchiveError.noRoom` is thrown.
  ///   - progress: told between pieces how much of the archive has been read, from 0 to 1.
  /// - Throws: `ArchiveError`.
  public static func unpack(
    _ file: String, into folder: String, limits: ArchiveLimits = ArchiveLimits(),
    isStopping: @escaping () -> Bool = { false }, hasRoom: @escaping (_ bytes: Int) -> Bool = { _ in true },
    progress: @escaping (Double) -> Void = { _ in }
  ) throws(ArchiveError) -> UnpackedArchive {
    let input = try InputFile(file)
    let head = try input.read(count: ArchiveFormat.headCount, at: 0)
    guard let format = ArchiveFormat(head: head) else { throw .notAnArchive(path: file) }
    // libarchive takes it for none.
    guard !ArchiveFormat.isEmptyZip(head) else { throw .empty(leftOut: 0) }
    return try withUTF8Locale { () throws(ArchiveError) in
      if format == .zip { try ZipEntryCount.check(input, limits: limits) }
      let reader = try ArchiveReader(input, format: format)
      var unpacking = Unpacking(
        reader: reader, folder: try UnpackingFolder(folder, limits: limits),
        budget: UnpackingBudget(limits, archiveBytes: input.byteCount),
        result: UnpackedArchive(format: format, root: folder), archiveBytes: input.byteCount, isStopping: isStopping,
        hasRoom: hasRoom, progress: progress)
      return try unpacking.run()
    }
  }
}

/// One archive on its way into a folder.
private struct Unpacking: ~Copyable {
  var reader: ArchiveReader
  var folder: UnpackingFolder
  var budget: UnpackingBudget
  var result: UnpackedArchive
  let archiveBytes: Int
  let isStopping: () -> Bool
  let hasRoom: (Int) -> Bool
  let progress: (Double) -> Void

  mutating func run() throws(ArchiveError) -> UnpackedArchive {
    do throws(ArchiveError) {
      while let entry = try reader.next() { try unpack(entry) }
      guard result.files > 0 else { throw .empty(leftOut: result.leftOutCount + result.hiddenCount) }
    } catch {
      folder.removeContents()
      throw error
    }
    progress(1)
    result.root = ClassRoot.find(in: result.root)
    return result
  }

  private mutating func unpack(_ entry: ArchiveEntry) throws(ArchiveError) {
    let name = EntryPath.readable(entry.name, in: result.format)
    try budget.countEntry()
    try look(name)
    guard !entry.isEncrypted else { throw .encrypted(entry: name) }
    switch EntryPath(entry.name ?? [], in: result.format) {
    case .leadsOut: throw .pathLeadsOut(entry: name)
    case .hidden:
      result.hiddenCount += 1
      try skip(name)
    case .nameless: try leaveOut(name, .unreadableName)
    case .unseenInFolder: throw .unseenInFolder(entry: name)
    case .below(let path): try unpack(entry, name, to: path)
    }
  }

  private mutating func unpack(_ entry: ArchiveEntry, _ name: String, to path: [String]) throws(ArchiveError) {
    switch entry.kind {
    case .file:
      try budget.check(depth: path.count - 1, of: name)
      try unpackFile(name, to: path)
    case .folder:
      try budget.check(depth: path.count, of: name)
      if case .blocked = try folder.makeFolder(path) { try leaveOut(name, .blocked) }
    case .symbolicLink: try leaveOut(name, .symbolicLink)
    case .hardLink: try leaveOut(name, .hardLink)
    case .special: try leaveOut(name, .special)
    }
  }

  private mutating func unpackFile(_ name: String, to path: [String]) throws(ArchiveError) {
    if NestedArchive.isMeant(byName: path[path.count - 1]) { return try leaveOut(name, .nestedArchive) }
    guard case .made(let file) = try folder.makeFile(path) else { return try leaveOut(name, .blocked) }
    defer { close(file.descriptor) }
    let hasRoom = hasRoom
    let length = try read(name) { block throws(ArchiveError) in
      guard hasRoom(block.bytes.count) else { throw .noRoom }
      try file.write(block.bytes, at: block.offset)
    }
    try file.finish(length: length)
    result.files += 1
    result.bytes += length
    if let renamed = file.renamed(name) { result.add(renamed) }
  }

  private mutating func leaveOut(_ name: String, _ reason: UnpackedArchive.Reason) throws(ArchiveError) {
    result.leaveOut(name, reason)
    try skip(name)
  }

  /// Steps over an entry. In a tar that takes time as reading does, and counts.
  private func skip(_ name: String) throws(ArchiveError) {
    if result.format == .zip { return }
    _ = try reader.read(name) { _ throws(ArchiveError) in try look(name) }
  }

  /// Reads an entry within the budget; returns its length.
  private mutating func read(
    _ name: String, _ take: (ArchiveReader.Block) throws(ArchiveError) -> Void
  ) throws(ArchiveError) -> Int {
    let length = try reader.read(name) { block throws(ArchiveError) in
      try look(name)
      try budget.check(length: block.offset + block.bytes.count, of: name)
      try take(block)
    }
    // It may end with a hole.
    try budget.check(length: length, of: name)
    budget.finish(length: length)
    return length
  }

  /// Whether to go on, and how far it is.
  private func look(_ name: String) throws(ArchiveError) {
    if isStopping() { throw .stopped }
    if result.format != .zip { try budget.check(total: reader.decompressedBytes) }
    progress(min(1, Double(reader.position) / Double(max(archiveBytes, 1))))
  }
}
