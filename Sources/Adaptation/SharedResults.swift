/// Results of tasks that several threads share out, each written by one of them.
///
/// `@unchecked Sendable`: each place is written once, by the one thread that has its task, and read when all are done.
final class SharedResults<Value>: @unchecked Sendable {
  private let memory: UnsafeMutableBufferPointer<Value?>

  init(count: Int) {
    memory = .allocate(capacity: count)
    memory.initialize(repeating: nil)
  }

  deinit {
    memory.deinitialize()
    memory.deallocate()
  }

  func set(_ index: Int, _ value: Value) { memory[index] = value }

  /// Nothing where a task was not done.
  var values: [Value?] { Array(memory) }
}
