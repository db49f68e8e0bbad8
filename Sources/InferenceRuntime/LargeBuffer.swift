/// Memory for floats that all are zero at first, given back when nobody holds it any more.
///
/// `@unchecked Sendable`: whoever shares it takes care of who writes where.
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
