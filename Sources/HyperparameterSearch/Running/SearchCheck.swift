import Jobs
import ModelServing
import Training

/// Finds out before anything runs which trials of a search cannot.
public struct SearchCheck: Sendable {
  /// Trials that cannot run, and why; in the order of their numbers.
  public let failures: [(trial: Int, reason: String)]
  /// Trials that were looked at.
  public let checked: Int

  static let mostTrials = 200

  /// Makes the network and divides the data of each trial, as it would itself.
  ///
  /// - Throws: `SearchError.allTrialsFail`.
  public init(_ definition: SearchDefinition, data: String, source: DataSource, repository: ModelRepository) throws {
    checked = min(definition.trials, Self.mostTrials)
    let sampler = definition.makeSampler()
    failures = (0..<checked).compactMap { trial in
      do {
        let spec = try definition.spec(sampler.values(of: trial), data: data, directory: "")
        try spec.values.requireUse()
        _ = try TrialPlan(spec, source: source, repository: repository)
        return nil
      } catch {
        return (trial, "\(error)")
      }
    }
    if failures.count == checked, let first = failures.first {
      throw SearchError.allTrialsFail(count: checked, reason: first.reason)
    }
  }
}
