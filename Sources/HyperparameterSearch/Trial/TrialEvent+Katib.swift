import Drawings
import Foundation
import Training

extension TrialEvent {
  /// Lines for Katib's collector of metrics: `2026-11-30T16:30:00Z validation_accuracy=0.912300`.
  ///
  /// Numbers have fixed decimals, since its filters have cut exponents. A network that diverged has learned nothing, so its
  /// accuracy is 0, and no loss is written: Katib would read `nan` as a name.
  public func katibLines(at time: Date) -> [String] {
    let stamp = time.formatted(.iso8601)
    return katibMetrics.map { name, value in "\(stamp) \(name)=\(Numbers.fixed(value, 6))" }
  }

  private var katibMetrics: [(name: String, value: Double)] {
    switch self {
    case .epoch(let record):
      let values: [(String, Double?)] = [
        ("train_loss", record.trainLoss), ("train_accuracy", record.trainAccuracy),
        ("validation_loss", record.validationLoss), ("validation_accuracy", record.validationAccuracy),
      ]
      // Beyond nine digits before the point a loss says nothing, and would be written with an exponent.
      return values.compactMap { name, value in value.flatMap { $0.magnitude < 1e9 ? (name, $0) : nil } }
    case .diverged: return [("validation_accuracy", 0)]
    // Once more, for a collector that has not seen the epochs of an earlier part.
    case .paused(let metric), .done(let metric):
      return [("validation_loss", metric.loss), ("validation_accuracy", metric.accuracy)].filter { $0.1 < 1e9 }
    case .started, .failed: return []
    }
  }
}
