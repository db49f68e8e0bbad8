/// Memory for floats, all zero at first. It is freed when the last reference is released.
///
/// `@unchecked Sendable`: code that shares a buffer makes sure that no two threads write the same place.
package final class LargeBuffer: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  package init(_ count: Int) {
    pointer = LargeMemory.allocate(count)
    self.count = count
  }

  deinit {
    LargeMemory.deallocate(pointer, count: count)
  }
}
