import Glibc
import NetworkGraph

/// A read-only file in memory; it stays mapped while a tensor points into it.
///
/// Files are to be replaced by renaming a new one over them (as `SafetensorsWriter` does): the mapping then keeps the
/// old bytes. A file cut short in place would end the process with SIGBUS on the next access, as with every mapping.
// @unchecked: the pages are mapped read-only, the pointer never changes after `init`, and only `deinit` unmaps.
/// A file that is mapped into memory read-only. It stays mapped while a tensor points into it.
///
/// Files should be replaced by renaming a new file over them, as `SafetensorsWriter` does: the mapping then keeps the
/// old bytes. A file that is cut short in place would end the process with SIGBUS on the next access, as with every
/// mapping.
final class MappedFile: WeightStorage, @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer

  /// Maps the whole file at `path`. An empty file gives no bytes.
  ///
  /// - Throws: `WeightFormatError.system` where a system call fails, or `.unsupported` where `path` is not a regular
  ///   file.
  init(path: String) throws(WeightFormatError) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(call: "open", errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(call: "fstat", errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unsupported(feature: "not a regular file", accepted: WeightFormat.accepted)
    }
    bytes = try Self.map(descriptor, length: Int(status.st_size))
  }

  private static func map(_ descriptor: Int32, length: Int) throws(WeightFormatError) -> UnsafeRawBufferPointer {
    guard length > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let start, start != MAP_FAILED else { throw .system(call: "mmap", errno: errno) }
    return UnsafeRawBufferPointer(start: start, count: length)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(bytes)
  }
}

/// The C library's message for an error number.
func systemErrorText(_ code: Int32) -> String {
  String(cString: strerror(code))
}
