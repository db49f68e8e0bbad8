import Foundation
import Synchronization

/// How many requests ended in the last seconds, and how long they took; some 15 KB, however many there are.
///
/// Durations are counted in steps of 5 %, so quantiles are exact to 5 %.
final class RecentDurations: Sendable {
  /// What is known of a window of time.
  struct Summary: Sendable, Equatable {
    /// Requests a second.
    var rate: Double
    /// Milliseconds within which half of the requests were answered; nil where there was none.
    var p50: Double?
    var p99: Double?
  }

  /// Whole seconds that a summary looks back on.
  static let window = 10
  /// The shortest duration that is told from shorter ones, in milliseconds.
  private static let shortest = 0.01
  private static let step = log(1.05)
  /// Enough steps for 10 minutes.
  private static let steps = 370

  private let state = Mutex(State())

  private struct State {
    /// One second each; the row of a second is its number modulo the number of rows.
    var counts = [[UInt32]](repeating: [], count: RecentDurations.window + 1)
    var seconds = [Int](repeating: -1, count: RecentDurations.window + 1)
  }

  /// Counts a request that ended in a second of a clock that never goes back.
  func record(_ duration: Duration, second: Int) {
    let milliseconds = duration / .milliseconds(1)
    let step = Int(log(max(milliseconds, Self.shortest) / Self.shortest) / Self.step)
    let row = second % (Self.window + 1)
    state.withLock { state in
      if state.seconds[row] != second {
        state.seconds[row] = second
        state.counts[row] = [UInt32](repeating: 0, count: Self.steps)
      }
      state.counts[row][min(step, Self.steps - 1)] += 1
    }
  }

  /// The seconds before this one, which is not over yet.
  func summary(second: Int) -> Summary {
    let counts = state.withLock { state in
      var sums = [Int](repeating: 0, count: Self.steps)
      for (row, then) in state.seconds.enumerated() where then >= 0 && (second - Self.window..<second).contains(then) {
        for (step, count) in state.counts[row].enumerated() { sums[step] += Int(count) }
      }
      return sums
    }
    let total = counts.reduce(0, +)
    return Summary(
      rate: Double(total) / Double(Self.window), p50: Self.quantile(0.5, counts, total),
      p99: Self.quantile(0.99, counts, total))
  }

  /// The middle of the step that holds the quantile, to three digits.
  private static func quantile(_ share: Double, _ counts: [Int], _ total: Int) -> Double? {
    var rest = max(1, Int((share * Double(total)).rounded(.up)))
    for (step, count) in counts.enumerated() {
      rest -= count
      if rest <= 0 { return (shortest * exp((Double(step) + 0.5) * Self.step) * 1000).rounded() / 1000 }
    }
    return nil
  }
}
