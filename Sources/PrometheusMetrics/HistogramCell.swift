import CoreMetrics
import Synchronization

/// Observations in buckets; as a timer it counts seconds, which is Prometheus' base unit of time.
final class HistogramCell: RecorderHandler, TimerHandler {
  private let observations: Mutex<HistogramSnapshot>

  init(bounds: [Double]) { observations = Mutex(HistogramSnapshot(bounds: bounds)) }

  var snapshot: HistogramSnapshot { observations.withLock { $0 } }

  func record(_ value: Int64) { record(Double(value)) }
  func record(_ value: Double) { observations.withLock { $0.observe(value) } }
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
