import Dispatch
import InferenceRuntime
import Synchronization
import TestSupport

@testable import ModelServing

/// A network whose answer is its input, and whose batches wait until the test lets them go: time stands still while
/// a test arranges what is in the queue.
final class GatedRun: Sendable {
  struct Failure: Error {}

  private let gate = DispatchSemaphore(value: 0)
  private let state = Mutex((begun: [[Int]](), isFailing: false))

  /// The batches begun so far, each sample as its number.
  var begun: [[Int]] { state.withLock { $0.begun } }

  /// Lets this many batches go, those of the future too.
  func release(_ count: Int = 1) {
    for _ in 0..<count { gate.signal() }
  }

  /// Lets every batch go.
  func open() { release(10_000) }

  func failFromNowOn() { state.withLock { $0.isFailing = true } }

  /// A queue before this network, with one sample, number -1, in a batch that is under way.
  func queue(_ configuration: BatchQueue.Configuration = .init()) async throws -> BatchQueue {
    let queue = BatchQueue(configuration: configuration) { { [self] batch in try run(batch) } }
    Task { try await queue.run(count: 1) { [.number(-1)] } }
    guard await eventually({ self.begun == [[-1]] }) else { throw Failure() }
    return queue
  }

  /// Called on the queue's own thread, which may block.
  private func run(_ batch: [Tensor]) throws -> [Tensor] {
    state.withLock { $0.begun.append(batch.map { Int($0.values[0]) }) }
    gate.wait()
    if state.withLock({ $0.isFailing }) { throw Failure() }
    return batch
  }
}
