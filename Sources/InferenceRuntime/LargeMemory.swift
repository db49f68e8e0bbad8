import Glibc

/// Memory for many floats: on a cache line's boundary, so that vectors never straddle two, and in large pages where
/// there is enough for one and the system has them, since kernels walk through many places at a time.
enum LargeMemory {
  private static let largePage = 2 << 20
  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Who gives memory out and takes it back, so that tests can fence every piece of it in.
  struct Source: Sendable {
    /// As many zeros as asked for.
    let allocate: @Sendable (_ count: Int) -> UnsafeMutablePointer<Float>
    let deallocate: @Sendable (_ memory: UnsafePointer<Float>) -> Void
  }

  /// Set by tests alone, in processes of their own, before there is a second thread and before anything is allocated.
  nonisolated(unsafe) static var source = Source(allocate: allocateOnHeap) { $0.deallocate() }

  /// `count` zeros.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> { source.allocate(count) }

  /// Gives back what `allocate` gave out.
  static func deallocate(_ memory: UnsafePointer<Float>) { source.deallocate(memory) }

  private static func allocateOnHeap(_ count: Int) -> UnsafeMutablePointer<Float> {
    // Never less than one vector.
    let count = max(count, 16)
    let bytes = count * MemoryLayout<Float>.stride
    let isLarge = bytes >= largePage
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? largePage : 64)
    let values = memory.bindMemory(to: Float.self, capacity: count)
    // Pages given back to the system come again as zeros when they are first touched, and not before: a batch that
    // never comes costs no memory.
    let wholePages = isLarge ? bytes / page * page : 0
    if isLarge {
      madvise(memory, wholePages, MADV_DONTNEED)
      madvise(memory, bytes, MADV_HUGEPAGE)
    }
    let touched = wholePages / MemoryLayout<Float>.stride
    (values + touched).initialize(repeating: 0, count: count - touched)
    return values
  }
}
