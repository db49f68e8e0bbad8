import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import ModelServing

@Suite("Operation lane", .timeLimit(.minutes(5)))
struct OperationLaneTests {
  private struct Failure: Error {}

  private let lane = OperationLane()
  private let gate = DispatchSemaphore(value: 0)

  /// An operation that ends when the gate is opened.
  private func hold() -> Task<Void, any Error> {
    lane.run { [gate] in await onOwnThread("gate") { gate.wait() } }
  }

  @Test("Operations run one after the other in the order in which they were asked for, failed ones too")
  func order() async throws {
    let log = OperationLog()
    let tasks = (0..<100).map { number in
      lane.run {
        log.begin(number)
        await Task.yield()
        log.end(number)
        if number % 7 == 0 { throw Failure() }
        return number
      }
    }
    for (number, task) in tasks.enumerated() {
      if number % 7 == 0 {
        await #expect(throws: Failure.self) { try await task.value }
      } else {
        #expect(try await task.value == number)
      }
    }
    #expect(log.ended == Array(0..<100))
    #expect(log.mostAtOneTime == 1)
  }

  @Test("Who is cancelled waits no longer, and the operation is done all the same")
  func cancelledWait() async throws {
    let held = hold()
    let log = OperationLog()
    let operation = lane.run {
      log.begin(1)
      log.end(1)
    }
    let waiting = Task { try await operation.valueUnlessCancelled }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(log.ended == [])
    gate.signal()
    try await held.value
    try await operation.value
    #expect(log.ended == [1])
    try await operation.valueUnlessCancelled
  }

  @Test("Finishing waits for all operations")
  func finish() async throws {
    await lane.finish()
    let log = OperationLog()
    _ = hold()
    _ = lane.run {
      log.begin(1)
      log.end(1)
    }
    gate.signal()
    await lane.finish()
    #expect(log.ended == [1])
  }
}

/// What operations did when.
private final class OperationLog: Sendable {
  private let state = Mutex((running: 0, most: 0, ended: [Int]()))

  var ended: [Int] { state.withLock { $0.ended } }
  var mostAtOneTime: Int { state.withLock { $0.most } }

  func begin(_ number: Int) {
    state.withLock { state in
      state.running += 1
      state.most = max(state.most, state.running)
    }
  }

  func end(_ number: Int) {
    state.withLock { state in
      state.running -= 1
      state.ended.append(number)
    }
  }
}
