/// Offsets that kernels read by pointer.
///
/// `@unchecked Sendable`: written only inside `init`.
package final class IndexTable: @unchecked Sendable {
  package let pointer: UnsafePointer<Int>
  package let count: Int

  package init(_ values: [Int]) {
    let memory = UnsafeMutablePointer<Int>.allocate(capacity: max(values.count, 1))
    memory.initialize(from: values, count: values.count)
    pointer = UnsafePointer(memory)
    count = values.count
  }

  deinit {
    pointer.deallocate()
  }
}
