import Threads

/// Runs `body`, which may take seconds, on a thread of its own: the threads that tasks share are as few as processors, and
/// all else that is done by tasks would wait.
package func onOwnThread<Value: Sendable, Failure: Error>(
  _ name: String, _ body: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
  let result = await withCheckedContinuation { continuation in
    SystemThread(name: name, stackBytes: 8 << 20) { continuation.resume(returning: Result(catching: body)) }
  }
  return try result.get()
}
