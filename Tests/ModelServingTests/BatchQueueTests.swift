import Foundation
import InferenceRuntime
import Synchronization
import TestSupport
import Testing

@testable import ModelServing

@Suite("Batch queue", .timeLimit(.minutes(5)))
struct BatchQueueTests {
  private let network = GatedRun()

  @Test("Requests that come while a batch is computed share the next ones")
  func sharing() async throws {
    let queue = try await network.queue(.init(maximumBatchSize: 4))
    async let outcomes = withThrowingTaskGroup(of: BatchOutcome.self) { group in
      for number in 0..<6 { group.addTask { try await queue.run(count: 1) { [.number(number)] }[0] } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(await eventually { queue.waitingCount == 6 })
    network.open()
    #expect(try await outcomes.map(\.batchSize).sorted() == [2, 2, 4, 4, 4, 4])
    #expect(network.begun.map(\.count) == [1, 4, 2])
    #expect(queue.currentStatistics.batchSizes == [1: 1, 2: 1, 4: 1])
    #expect(queue.currentStatistics.samples == 7)
  }

  @Test("Every request gets the answers to its own samples, in their order")
  func neverMixed() async throws {
    let queue = try await network.queue(.init(maximumBatchSize: 5, capacity: 1000))
    network.open()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for request in 0..<60 {
        let numbers = (0...request % 7).map { request * 10 + $0 }
        group.addTask {
          let outcomes = try await queue.run(count: numbers.count) { numbers.map(Tensor.number) }
          #expect(outcomes.map { Int($0.output.values[0]) } == numbers)
          #expect(outcomes.allSatisfy { (1...5).contains($0.batchSize) })
        }
      }
      try await group.waitForAll()
    }
    #expect(queue.admittedCount == 0)
  }

  @Test("A batch waits for samples that are still being decoded")
  func waitsForDecoding() async throws {
    let queue = try await network.queue(.init(maximumBatchSize: 4, maximumDelay: .seconds(600)))
    let decoder = DecodePool(threadCount: 1)
    let decoding = DispatchSemaphore(value: 0)
    async let slow = queue.run(count: 1) {
      try await decoder.run { decoding.wait() }
      return [.number(1)]
    }
    #expect(await eventually { queue.admittedCount == 2 })
    async let quick = queue.run(count: 1) { [.number(2)] }
    #expect(await eventually { queue.waitingCount == 1 })
    network.open()
    #expect(await eventually { queue.admittedCount == 2 })
    decoding.signal()
    #expect(try await slow[0].batchSize == 2)
    #expect(try await quick[0].batchSize == 2)
  }

  @Test("A full queue refuses at the door, before anything is decoded, and takes more when it has room")
  func full() async throws {
    let queue = try await network.queue(.init(maximumBatchSize: 4, capacity: 4))
    async let accepted = queue.run(count: 2) { [.number(1), .number(2)] }
    #expect(await eventually { queue.admittedCount == 3 })
    await #expect(throws: BatchQueueError.full(capacity: 4, retryAfter: .zero)) {
      try await queue.run(count: 2) {
        Issue.record("decoding began for a request that was refused")
        return [.number(3), .number(4)]
      }
    }
    await #expect(throws: BatchQueueError.tooManySamples(5, capacity: 4)) {
      try await queue.run(count: 5) { (0..<5).map(Tensor.number) }
    }
    network.open()
    #expect(try await accepted.count == 2)
    #expect(await eventually { queue.admittedCount == 0 })
    #expect(try await queue.run(count: 4) { (0..<4).map(Tensor.number) }.count == 4)
  }

  @Test("A full queue says for how long, by the time that batches took")
  func retryAfter() async throws {
    let queue = BatchQueue(configuration: .init(maximumBatchSize: 1, capacity: 2)) {
      { batch in
        Thread.sleep(forTimeInterval: 0.05)
        return batch
      }
    }
    _ = try await queue.run(count: 1) { [.number(0)] }
    do {
      _ = try await queue.run(count: 2) {
        _ = try await queue.run(count: 1) { [.number(1)] }
        return []
      }
      Issue.record("a third sample was admitted")
    } catch BatchQueueError.full(_, let retryAfter) {
      // Two samples, one at a time, 50 ms each.
      #expect(retryAfter >= .milliseconds(100))
      #expect(retryAfter < .seconds(10))
    }
  }

  @Test("A sample whose deadline has passed when its batch is formed is not computed, and is counted as expired")
  func expiredInQueue() async throws {
    let queue = try await network.queue()
    let deadline = ContinuousClock.now + .milliseconds(20)
    let late = Task { try await queue.run(count: 2, deadline: deadline) { [.number(1), .number(2)] } }
    async let patient = queue.run(count: 1) { [.number(3)] }
    #expect(await eventually { queue.waitingCount == 3 })
    try await Task.sleep(until: deadline, clock: .continuous)
    network.open()
    await #expect(throws: DeadlineExceeded.self) { try await late.value }
    #expect(try await patient.count == 1)
    #expect(network.begun == [[-1], [3]])
    #expect(queue.currentStatistics.expired == 2)
    #expect(queue.currentStatistics.cancelled == 0)
    #expect(queue.admittedCount == 0)
  }

  @Test("A request that would be answered after its deadline is refused at the door, one that can wait is not")
  func tooLate() async throws {
    let queue = BatchQueue(configuration: .init(maximumBatchSize: 1, capacity: 100)) {
      { batch in
        Thread.sleep(forTimeInterval: 0.05)
        return batch
      }
    }
    // The first tells how long a sample takes; an empty queue takes every request. Its batch has to begin in time.
    _ = try await queue.run(count: 1, deadline: .now + .milliseconds(40)) { [.number(0)] }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...20 { group.addTask { _ = try await queue.run(count: 1) { [.number(number)] } } }
      #expect(await eventually { queue.admittedCount >= 10 })
      let error = await #expect(throws: BatchQueueError.self) {
        try await queue.run(count: 1, deadline: .now + .milliseconds(100)) {
          Issue.record("decoding began for a request that was refused")
          return [.number(-1)]
        }
      }
      guard case .tooLate(let estimate, let retryAfter)? = error else { return #expect(Bool(false), "\(error as Any)") }
      // At least ten samples of 50 ms each are before it.
      #expect(estimate >= .milliseconds(500))
      #expect(retryAfter > .zero)
      #expect(queue.refusal(of: 1, deadline: .now + .milliseconds(100)) != nil)
      #expect(queue.refusal(of: 1, deadline: .now + .seconds(600)) == nil)
      try await group.waitForAll()
    }
    // One at the door, one before its body was read.
    #expect(queue.currentStatistics.refused == 2)
    #expect(queue.refusal(of: 1, deadline: .now) == nil)
  }

  @Test("What is given up is counted by its reason")
  func givenUp() async throws {
    let queue = try await network.queue(.init(capacity: 4))
    let request = Task { try await queue.run(count: 2) { [.number(1), .number(2)] } }
    #expect(await eventually { queue.waitingCount == 2 })
    await #expect(throws: BatchQueueError.self) { try await queue.run(count: 2) { [] } }
    request.cancel()
    await #expect(throws: CancellationError.self) { try await request.value }
    let statistics = queue.currentStatistics
    #expect(statistics.refused == 2)
    #expect(statistics.cancelled == 2)
    #expect(statistics.expired == 0)
    network.open()
  }

  @Test("A deadline is noticed while the sample waits, and what expired is not computed")
  func deadlineWhileWaiting() async throws {
    let queue = try await network.queue()
    let start = ContinuousClock.now
    await #expect(throws: DeadlineExceeded.self) {
      try await withDeadline(start + .milliseconds(50)) { try await queue.run(count: 2) { [.number(1), .number(2)] } }
    }
    // The batch under way was not released, so nothing but the deadline itself can have ended the wait.
    #expect(network.begun == [[-1]])
    #expect(queue.waitingCount == 0)
    #expect(queue.admittedCount == 1)
    network.open()
    _ = try await queue.run(count: 1) { [.number(3)] }
    #expect(network.begun == [[-1], [3]])
  }

  @Test("A deadline is noticed by the queue itself while a batch waits for company, also one earlier than those known")
  func deadlineOfBatchThatMayGrow() async throws {
    let queue = BatchQueue(configuration: .init(maximumBatchSize: 8, maximumDelay: .seconds(600))) { { $0 } }
    let decoding = AsyncStream.makeStream(of: Void.self)
    async let slow = queue.run(count: 1) {
      for await _ in decoding.stream {}
      return [.number(0)]
    }
    #expect(await eventually { queue.admittedCount == 1 })
    let patient = Task { try await queue.run(count: 1, deadline: .now + .seconds(600)) { [.number(1)] } }
    #expect(await eventually { queue.waitingCount == 1 })
    let hurried = Task { try await queue.run(count: 1, deadline: .now + .milliseconds(50)) { [.number(2)] } }
    #expect(await eventually { queue.currentStatistics.expired == 1 })
    patient.cancel()
    hurried.cancel()
    decoding.continuation.finish()
    await #expect(throws: DeadlineExceeded.self) { try await hurried.value }
    await #expect(throws: CancellationError.self) { try await patient.value }
    #expect(try await slow[0].batchSize == 1)
  }

  @Test("Requests that expire while others cancel them are answered, and hold nobody up")
  func expiryAgainstCancellation() async {
    // In a process of its own: threads that wait for one another would hold up every other test as well.
    await #expect(processExitsWith: .success) {
      // Rounds take milliseconds; should two threads wait for one another, this ends the process.
      alarm(120)
      let queue = BatchQueue(
        configuration: .init(maximumBatchSize: 1000, maximumDelay: .seconds(600), capacity: 1000)
      ) { { $0 } }
      // Somebody who is still decoding keeps the batch from being run.
      let decoder = Task {
        try await queue.run(count: 1) {
          try await Task.sleep(for: .seconds(600))
          return []
        }
      }
      for round in 0..<200 {
        let deadline = ContinuousClock.now + .milliseconds(20)
        let requests = (0..<200).map { number in
          Task { try await queue.run(count: 1, deadline: deadline) { [.number(number)] } }
        }
        // Cancelling all takes about a millisecond, in the midst of which they expire.
        Thread.detachNewThread {
          while ContinuousClock.now < deadline - .microseconds(round * 5) {}
          for request in requests { request.cancel() }
        }
        for request in requests { _ = await request.result }
      }
      decoder.cancel()
      await queue.drain()
      precondition(queue.admittedCount == 0)
    }
  }

  @Test("A request that is cancelled while it is computed is answered at once, and counts until its batch is done")
  func cancelledWhileComputed() async throws {
    let queue = try await network.queue()
    network.release()
    let request = Task { try await queue.run(count: 1) { [.number(1)] } }
    #expect(await eventually { network.begun == [[-1], [1]] })
    request.cancel()
    await #expect(throws: CancellationError.self) { try await request.value }
    #expect(queue.admittedCount == 1)
    network.open()
    #expect(await eventually { queue.admittedCount == 0 })
  }

  @Test("A cancelled request takes its waiting samples with it, and only its own")
  func cancelled() async throws {
    let queue = try await network.queue()
    let leaving = Task { try await queue.run(count: 2) { [.number(1), .number(2)] } }
    let staying = Task { try await queue.run(count: 1) { [.number(3)] } }
    #expect(await eventually { queue.waitingCount == 3 })
    leaving.cancel()
    await #expect(throws: CancellationError.self) { try await leaving.value }
    #expect(queue.waitingCount == 1)
    network.open()
    #expect(try await staying.value.map { Int($0.output.values[0]) } == [3])
    #expect(network.begun == [[-1], [3]])
  }

  @Test("A request that was cancelled while it was decoded is not queued")
  func cancelledBefore() async throws {
    let queue = try await network.queue()
    let request = Task {
      try await queue.run(count: 1) {
        while !Task.isCancelled { await Task.yield() }
        return [.number(1)]
      }
    }
    #expect(await eventually { queue.admittedCount == 2 })
    request.cancel()
    await #expect(throws: CancellationError.self) { try await request.value }
    #expect(queue.admittedCount == 1)
    network.open()
  }

  @Test("What cannot be decoded leaves the queue as it was")
  func failingPreparation() async throws {
    let queue = try await network.queue()
    await #expect(throws: GatedRun.Failure.self) { try await queue.run(count: 3) { throw GatedRun.Failure() } }
    #expect(queue.admittedCount == 1)
    network.open()
  }

  @Test("A batch that fails is answered with the error, and the queue goes on")
  func failingBatch() async throws {
    let queue = try await network.queue(.init(maximumBatchSize: 2))
    // Three samples: two fail in their batch, the third is dropped with them.
    let failing = Task { try await queue.run(count: 3) { (1...3).map(Tensor.number) } }
    #expect(await eventually { queue.waitingCount == 3 })
    network.failFromNowOn()
    network.open()
    await #expect(throws: GatedRun.Failure.self) { try await failing.value }
    #expect(queue.admittedCount == 0)
    #expect(network.begun == [[-1], [1, 2]])
    await #expect(throws: GatedRun.Failure.self) { try await queue.run(count: 1) { [.number(4)] } }
  }

  @Test("Draining finishes what was admitted, refuses the rest, and holds no thread of the tasks")
  func drain() async throws {
    let queue = try await network.queue()
    async let accepted = queue.run(count: 1) { [.number(1)] }
    #expect(await eventually { queue.waitingCount == 1 })
    queue.close()
    await #expect(throws: BatchQueueError.closed) { try await queue.run(count: 1) { [.number(2)] } }
    // More waits than there are threads for tasks: were one of them to block, the release below could not run.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { await queue.drain() } }
      group.addTask { [network] in
        try await Task.sleep(for: .milliseconds(20))
        network.open()
      }
      try await group.waitForAll()
    }
    #expect(try await accepted[0].batchSize == 1)
    #expect(network.begun == [[-1], [1]])
    await queue.drain()
  }

  @Test("An idle queue drains at once")
  func drainIdle() async {
    let queue = BatchQueue(configuration: .init()) { { $0 } }
    await queue.drain()
    await #expect(throws: BatchQueueError.closed) { try await queue.run(count: 1) { [.number(1)] } }
  }

  @Test("When a queue has drained, what computed its batches is gone, though somebody still holds the queue")
  func releasedMemory() async throws {
    let weights = Weights()
    let queue = BatchQueue(configuration: .init()) { [held = Held(weights)] in
      { batch in withExtendedLifetime(held) { batch } }
    }
    _ = try await queue.run(count: 1) { [.number(1)] }
    #expect(!weights.areGone)
    await queue.drain()
    #expect(weights.areGone)
    #expect(queue.currentStatistics.samples == 1)
  }
}

/// Knows whether what is held of it is gone.
private final class Weights: Sendable {
  private let isReleased = Atomic(false)

  var areGone: Bool { isReleased.load(ordering: .acquiring) }

  func release() { isReleased.store(true, ordering: .releasing) }
}

private final class Held: Sendable {
  private let weights: Weights

  init(_ weights: Weights) { self.weights = weights }

  deinit { weights.release() }
}
