import Glibc

/// Memory for many floats. It begins on a cache line, so that no vector straddles two lines. Large amounts lie in
/// large pages if the system has them, because kernels walk through many places at a time.
enum LargeMemory {
  private static let largePage = 2 << 20
  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Who gives memory out and takes it back, so that tests can fence every piece of it in.
  struct Source: Sendable {
    /// As many zeros as asked for.
    let allocate: @Sendable (_ count: Int) -> UnsafeMutablePointer<Float>
    let deallocate: @Sendable (_ memory: UnsafePointer<Float>, _ count: Int) -> Void
  }

  /// Set by tests alone, in processes of their own, before there is a second thread and before anything is allocated.
  nonisolated(unsafe) static var source = Source {
    isMapped($0) ? mapPages($0) : allocateOnHeap($0)
  } deallocate: {
    if isMapped($1) { unmapPages($0, count: $1) } else { $0.deallocate() }
  }

  /// `count` zeros.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> { source.allocate(count) }

  /// Gives back what `allocate` gave out for `count`.
  static func deallocate(_ memory: UnsafePointer<Float>, count: Int) { source.deallocate(memory, count) }

  /// Whether it is worth pages of its own: among smaller pieces of the heap it would keep whole stretches of that from
  /// being used again, aligned pieces above all.
  private static func isMapped(_ count: Int) -> Bool { count * MemoryLayout<Float>.stride >= 256 << 10 }

  private static func allocateOnHeap(_ count: Int) -> UnsafeMutablePointer<Float> {
    // Never less than one vector.
    let count = max(count, 16)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
    let values = memory.bindMemory(to: Float.self, capacity: count)
    values.initialize(repeating: 0, count: count)
    return values
  }

  /// They are zeros when they are first touched, and not there before: a batch that never comes costs no memory.
  private static func mapPages(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = pageBytes(count)
    // The slack makes room for a boundary of large pages. The unused part is given back at once.
    let slack = bytes >= largePage ? largePage : 0
    guard let start = mmap(nil, bytes + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else { fatalError("no memory for \(bytes) bytes: \(String(cString: strerror(errno)))") }
    let front = slack > 0 ? -Int(bitPattern: start) & (largePage - 1) : 0
    if front > 0 { munmap(start, front) }
    if slack > front { munmap(start + front + bytes, slack - front) }
    if slack > 0 { madvise(start + front, bytes, MADV_HUGEPAGE) }
    return (start + front).bindMemory(to: Float.self, capacity: count)
  }

  private static func unmapPages(_ memory: UnsafePointer<Float>, count: Int) {
    munmap(UnsafeMutableRawPointer(mutating: memory), pageBytes(count))
  }

  private static func pageBytes(_ count: Int) -> Int {
    (count * MemoryLayout<Float>.stride + page - 1) / page * page
  }
}
