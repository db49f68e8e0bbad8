import Foundation
import InferenceRuntime
import ModelServing
import Training

/// Which way is best for a user's own photos: head, fine-tuned or from scratch, with how many photos, on which base?
///
/// All rows are tested on the same images, which nothing was learned from or chosen by.
public struct Comparison {
  static let shares = [0.1, 0.25, 0.5, 1.0]

  /// Adapters of the same photos, one a base.
  let adapters: [Adapter]
  /// - Precondition: at least one adapter.
  public init(_ adapters: [Adapter]) {
    precondition(!adapters.isEmpty, "nothing to compare")
    self.adapters = adapters
  }

  /// - Parameter report: is told what happens, on the calling thread.
  /// - Throws: as `Adapter.run`; `AdaptationError.tooFewToCompare` where there are too few images for a test set.
  public func run(
    isStopping: @escaping @Sendable () -> Bool = { false },
    report: @escaping (ComparisonEvent) throws -> Void = { _ in }
  ) throws -> ComparisonReport {
    var rows: [ComparisonReport.Row] = []
    var majority = 0.0
    var tested = 0
    let total = adapters.count * Self.shares.count * ComparisonReport.Method.allCases.count
    for adapter in adapters {
      let bench = try ComparisonBench(adapter, isStopping: isStopping)
      (majority, tested) = (bench.majority, bench.test.count)
      for share in Self.shares {
        for method in ComparisonReport.Method.allCases {
          try report(.begins(base: adapter.base.name, method: method, share: share, done: rows.count, of: total))
          rows.append(try bench.row(method, share: share))
          try report(.row(rows[rows.count - 1]))
        }
      }
    }
    return ComparisonReport(
      origin: adapters[0].origin, classes: adapters[0].source.training.classes.count, evaluatedImages: tested,
      majority: majority, rows: rows, seed: adapters[0].settings.seed, build: adapters[0].build)
  }
}

/// What a comparison tells while it goes on.
public enum ComparisonEvent: Sendable {
  /// A classifier is about to be made, with so many rows done before it.
  case begins(base: String, method: ComparisonReport.Method, share: Double, done: Int, of: Int)
  /// A classifier is made and tested.
  case row(ComparisonReport.Row)
}
