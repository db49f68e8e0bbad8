import Testing
import Threads

@Suite("Conditions")
struct MonotonicConditionTests {
  /// A number that threads hand to one another.
  ///
  /// `@unchecked Sendable`: `number` is touched only under `condition`.
  private final class Turns: @unchecked Sendable {
    let condition = MonotonicCondition()
    var number = 0

    /// Waits for the number, and makes it the next one.
    func take(_ number: Int) {
      condition.withLock {
        while self.number != number { condition.wait() }
        self.number += 1
        condition.broadcast()
      }
    }
  }

  @Test("whoever waits is woken, and sees what was changed under the lock")
  func turns() {
    let turns = Turns()
    let threads = (0..<4).map { first in
      SystemThread(name: "turn-\(first)") { for round in 0..<100 { turns.take(round * 4 + first) } }
    }
    for thread in threads { thread.join() }
    #expect(turns.condition.withLock { turns.number } == 400)
  }

  @Test("a wait that nobody ends is over when its time is", arguments: [Duration.zero, .milliseconds(20)])
  func timeout(_ duration: Duration) {
    let condition = MonotonicCondition()
    let clock = ContinuousClock()
    let time = clock.measure { condition.withLock { condition.wait(atMost: duration) } }
    // It may wake for no reason, but not in a test that is alone with its condition; the kernel rounds to its own clock.
    #expect(time >= duration - .milliseconds(1))
  }
}
