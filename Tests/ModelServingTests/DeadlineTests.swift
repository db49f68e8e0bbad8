import AllocationCounter
import Glibc
import TestSupport
import Testing
import Threads

@testable import ModelServing

@Suite("Deadlines")
struct DeadlineTests {
  private static let anHour = Duration.seconds(3600)

  @Test("What is done before its deadline is returned, and what it throws is thrown")
  func inTime() async throws {
    #expect(try await withDeadline(.now + Self.anHour) { 7 } == 7)
    await #expect(throws: BatchQueueError.closed) {
      try await withDeadline(.now + Self.anHour) { throw BatchQueueError.closed }
    }
  }

  @Test("What is late is not returned, whenever the timer fires")
  func late() async {
    await #expect(throws: DeadlineExceeded.self) { try await withDeadline(.now) { 7 } }
    await #expect(throws: DeadlineExceeded.self) { try await withDeadline(.now - Self.anHour) { 7 } }
  }

  @Test("A wait is over when the deadline passes")
  func waiting() async {
    await #expect(throws: DeadlineExceeded.self) {
      try await withDeadline(.now + .milliseconds(10)) { try await Task.sleep(for: Self.anHour) }
    }
  }

  @Test("Who is cancelled before the deadline hears of that, and so does what it waits for")
  func cancelled() async throws {
    let (began, hasBegun) = AsyncStream.makeStream(of: Void.self)
    let request = Task {
      try await withDeadline(.now + Self.anHour) {
        hasBegun.finish()
        try await Task.sleep(for: Self.anHour)
      }
    }
    for await _ in began {}
    request.cancel()
    await #expect(throws: CancellationError.self) { try await request.value }
  }

  @Test("The operation stays on the executor that its caller prefers, also behind a wait, whether or not it has one")
  func executor() async throws {
    let executor = OneThread()
    @Sendable func isThere() -> Bool { pthread_equal(pthread_self(), executor.thread) != 0 }
    let found = try await withTaskExecutorPreference(executor) {
      try await withDeadline(.now + Self.anHour) {
        let before = isThere()
        await onOwnThread("elsewhere") {}
        return [before, isThere()]
      }
    }
    #expect(found == [true, true])
    #expect(try await withDeadline(.now + Self.anHour) { isThere() } == false)
  }

  @Test("A deadline that passes while the operation waits on its caller's executor is heard of")
  func waitingOnAnExecutor() async {
    await #expect(throws: DeadlineExceeded.self) {
      try await withTaskExecutorPreference(OneThread()) {
        try await withDeadline(.now + .milliseconds(10)) { try await Task.sleep(for: Self.anHour) }
      }
    }
  }

  /// In a process of its own, where no other test allocates at the same time.
  @Test("What is over leaves nothing in memory until its deadline, whether it ended well or not")
  func nothingIsLeft() async {
    await #expect(processExitsWith: .success) {
      let hour = Duration.seconds(3600)
      func run(_ count: Int) async {
        for number in 0..<count {
          try? await withDeadline(.now + hour) { if number % 2 == 0 { throw BatchQueueError.closed } }
        }
      }
      // What the system makes once.
      await run(100)
      let before = allocation_counter_bytes_in_use()
      let count = 10_000
      await run(count)
      // Timers are let go of a little after they are cancelled; what threads keep for the next time counts as in use.
      #expect(await eventually { allocation_counter_bytes_in_use() < before + count * 200 })
    }
  }
}
