import Foundation

/// Runs `body`, which may take seconds, on a thread of its own: the threads that tasks share are as few as processors, and
/// all else that is done by tasks would wait.
package func onOwnThread<Value: Sendable>(
  _ name: String, _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result(catching: body)) }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }
}
