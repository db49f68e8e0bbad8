import Glibc

/// Memory for many floats: on a cache line's boundary, so that vectors never straddle two, and in large pages where
/// there is enough for one and the system has them, since kernels walk through many places at a time.
enum LargeMemory {
  private static let largePage = 2 << 20

  /// `count` zeros, at least one vector of them.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let count = max(count, 16)
    let bytes = count * MemoryLayout<Float>.stride
    let isLarge = bytes >= largePage
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? largePage : 64)
    if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
    let values = memory.bindMemory(to: Float.self, capacity: count)
    values.initialize(repeating: 0, count: count)
    return values
  }
}
