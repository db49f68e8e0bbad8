/// Offsets that kernels read by pointer.
///
/// `@unchecked Sendable`: written only inside `init`.
final class IndexTable: @unchecked Sendable {
  let pointer: UnsafePointer<Int>
  let count: Int

  init(_ values: [Int]) {
    let memory = UnsafeMutablePointer<Int>.allocate(capacity: max(values.count, 1))
    memory.initialize(from: values, count: values.count)
    pointer = UnsafePointer(memory)
    count = values.count
  }

  deinit {
    pointer.deallocate()
  }
}
