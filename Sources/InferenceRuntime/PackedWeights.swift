import Glibc

/// Weights in the order in which kernels read them, on a page's boundary, in large pages where the system has them.
///
/// `@unchecked Sendable`: written only inside `init`.
final class PackedWeights: @unchecked Sendable {
  let pointer: UnsafePointer<Float>
  let count: Int

  /// `pack` fills `count` floats that are zero before.
  init(count: Int, pack: (UnsafeMutablePointer<Float>) -> Void) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.largePage
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.largePage : 64)
    if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
    let values = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    values.update(repeating: 0, count: count)
    pack(values)
    pointer = UnsafePointer(values)
    self.count = count
  }

  convenience init(_ values: [Float], paddedTo count: Int) {
    self.init(count: count) { $0.update(from: values, count: values.count) }
  }

  deinit {
    UnsafeMutableRawPointer(mutating: pointer).deallocate()
  }

  private static let largePage = 2 << 20
}
