/// Many bytes, beginning on a cache line. Pages that were never written take no memory if the system allows that.
///
/// `@unchecked Sendable`: the code that makes the memory writes it before any other thread has it. `RasterCache`
/// explains its later writes.
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
