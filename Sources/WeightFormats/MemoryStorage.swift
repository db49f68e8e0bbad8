import NetworkGraph

/// Bytes on the heap, aligned for vector loads: files given as arrays, and inflated archive entries.
// @unchecked: written only inside `init`, before anyone else can hold a reference; freed only in `deinit`.
/// Bytes on the heap, aligned for vector loads. Files given as arrays and inflated archive entries are stored so.
final class MemoryStorage: WeightStorage, @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  /// Allocates `count` bytes and lets `fill` write them.
  init<Failure: Error>(
    count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    bytes = .allocate(byteCount: count, alignment: 64)
    try fill(bytes)
  }

  convenience init(_ array: [UInt8]) {
    self.init(count: array.count) { $0.copyBytes(from: array) }
  }

  deinit {
    bytes.deallocate()
  }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(bytes))
  }
}
