import CoreMetrics
import Synchronization

/// A count that only grows.
final class CounterCell: CounterHandler, FloatingPointCounterHandler {
  private let total = Mutex(0.0)

  var value: Double { total.withLock { $0 } }

  func increment(by amount: Int64) { increment(by: Double(amount)) }

  /// What is not more than nothing is left out: a counter that went down would look like a restart.
  func increment(by amount: Double) {
    guard amount > 0 else { return }
    total.withLock { $0 += amount }
  }

  func reset() { total.withLock { $0 = 0 } }
}
