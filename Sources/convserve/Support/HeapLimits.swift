import CIntrinsics

/// How the C library's allocator treats memory that is free again.
enum HeapLimits {
  /// From this size on a block has pages of its own. Lower limits cost time, since the system clears each page anew: at
  /// 256 KiB a quarter more for a PNG of 800 KB; at this one nothing that can be measured.
  private static let mapped: Int32 = 1 << 20
  /// Free memory that may stay at the end of a heap, of which each thread has one.
  private static let kept: Int32 = 4 << 20

  /// Holds them for the life of the process; before the first large block.
  ///
  /// Left alone, the allocator takes the largest block that was ever given back for the limit (`mallopt(3)`,
  /// M_MMAP_THRESHOLD): after the first body of some megabytes, all up to that size lie in the heaps among what lives
  /// long, one of each size in the heap of every thread that ever had one, and the system does not get them back.
  static func hold() {
    mallopt(M_MMAP_THRESHOLD, mapped)
    mallopt(M_TRIM_THRESHOLD, kept)
  }
}
