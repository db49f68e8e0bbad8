import CIntrinsics

/// Keeps each thread of a pool on a processor of its own. No two threads share a processor, and no thread leaves its
/// caches behind.
///
/// The system does nearly as well by itself as long as no other program computes. If other threads compute, a bound
/// thread waits for its own processor even while another processor is free.
struct ProcessorBinding: Sendable {
  private static let wordBits = UInt.bitWidth
  /// Room for 4,096 processors.
  private static let wordCount = 4096 / wordBits

  /// Numbers of the processors, one for each thread.
  let processors: [Int]

  /// - Returns: `nil` where the process has not a processor for each thread.
  init?(threadCount: Int) {
    let allowed = Self.allowedProcessors
    guard allowed.count >= threadCount else { return nil }
    processors = Array(allowed.prefix(threadCount))
  }

  /// Binds the calling thread as thread `worker` of the pool.
  func bindCallingThread(worker: Int) {
    var mask = [UInt](repeating: 0, count: Self.wordCount)
    let processor = processors[worker]
    mask[processor / Self.wordBits] |= 1 << UInt(processor % Self.wordBits)
    Self.bindCallingThread(to: mask)
  }

  /// Lets the calling thread run on the processors of `mask` alone, a bit for each.
  static func bindCallingThread(to mask: [UInt]) {
    // Only a processor that is taken away at this moment can refuse; then the thread runs as any other.
    _ = convserve_bind_thread(mask, UInt(mask.count * MemoryLayout<UInt>.stride))
  }

  /// Where the calling thread may run.
  static var callersMask: [UInt] {
    var mask = [UInt](repeating: 0, count: wordCount)
    _ = convserve_callers_processors(&mask, UInt(mask.count * MemoryLayout<UInt>.stride))
    return mask
  }

  /// The processors that the process may use. Containers and `taskset` can restrict them.
  static var allowedProcessors: [Int] {
    var mask = [UInt](repeating: 0, count: wordCount)
    let bytes = convserve_allowed_processors(&mask, UInt(mask.count * MemoryLayout<UInt>.stride))
    guard bytes > 0 else { return [] }
    return (0..<bytes * 8).filter { mask[$0 / wordBits] >> UInt($0 % wordBits) & 1 == 1 }
  }
}
