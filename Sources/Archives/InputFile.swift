import Foundation

/// A regular file that is open to be read.
struct InputFile: ~Copyable {
  let descriptor: Int32
  let path: String
  let byteCount: Int

  /// - Throws: `ArchiveError.unreadable`.
  init(_ path: String) throws(ArchiveError) {
    (descriptor, byteCount) = try Self.opened(path)
    self.path = path
  }

  private static func opened(_ path: String) throws(ArchiveError) -> (descriptor: Int32, byteCount: Int) {
    // A pipe without a writer would hold this up for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemReason()) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(path: path, reason: "it is no regular file")
    }
    return (descriptor, Int(status.st_size))
  }

  deinit { close(descriptor) }

  /// As many bytes as there are, up to `count`; the position of the descriptor stays.
  ///
  /// - Throws: `ArchiveError.unreadable`.
  func read(count: Int, at offset: Int) throws(ArchiveError) -> [UInt8] {
    var filled = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count {
        filled = pread(descriptor, buffer.baseAddress! + initialized, count - initialized, off_t(offset + initialized))
        if filled < 0 && errno == EINTR { continue }
        if filled <= 0 { return }
        initialized += filled
      }
    }
    guard filled >= 0 else { throw .unreadable(path: path, reason: systemReason()) }
    return bytes
  }
}

/// What the system says about the call that failed last.
func systemReason() -> String { String(cString: strerror(errno)) }
