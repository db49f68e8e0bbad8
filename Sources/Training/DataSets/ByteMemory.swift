/// Many bytes on a cache line's boundary; what was not written to takes no memory as long as the system can do without.
///
/// `@unchecked Sendable`: whoever makes it writes before anybody else has it; `RasterCache` says how it writes later.
final class ByteMemory: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<UInt8>
  let count: Int

  init(_ count: Int) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 64)
    pointer = memory.bindMemory(to: UInt8.self, capacity: max(count, 1))
    self.count = count
  }

  deinit {
    pointer.deallocate()
  }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: pointer, count: count) }
}
