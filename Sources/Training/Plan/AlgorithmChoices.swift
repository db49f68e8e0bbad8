import InferenceRuntime
import Synchronization

/// The algorithm of each pass of each convolution in training, for one kernel set.
///
/// The algorithm decides the last bits of gradients. So it is chosen once and kept: in a file for the machine, in
/// checkpoints and in the record of a trained model. The choice does not depend on the number of threads. Several
/// plans may use one object at the same time.
public final class AlgorithmChoices: Sendable {
  /// The version of the kernels and candidates. A change of kernels or candidates raises it, so that everything is
  /// chosen again.
  public static let version = 2

  private let state: Mutex<[String: String]>
  private let used = Mutex<Set<String>>([])
  private let measures: Bool
  /// The beginning of the names of preferred algorithms, for tests and for `InspectionPlan.Question.hasExactZeros`.
  private let preferred: String?

  /// Choices that begin with those of an earlier run.
  ///
  /// - Parameters:
  ///   - entries: the entries of another object.
  ///   - measures: whether candidates are timed for passes that `entries` do not contain. Otherwise the candidate
  ///     with the lowest estimate is taken.
  public init(entries: [String: String] = [:], measures: Bool = true) {
    state = Mutex(entries)
    self.measures = measures
    preferred = nil
  }

  /// Takes one algorithm wherever it applies, and otherwise the algorithm with the lowest estimate.
  init(preferring name: String) {
    state = Mutex([:])
    measures = false
    preferred = name
  }

  /// The name of the chosen algorithm by pass. The key describes the pass and the shape of the convolution.
  public var entries: [String: String] { state.withLock { $0 } }

  /// The entries that a plan has asked for; the others come from an earlier run.
  public var usedEntries: [String: String] {
    let used = used.withLock { $0 }
    return entries.filter { used.contains($0.key) }
  }

  /// The algorithm of one pass: the known choice, or a choice that is made now.
  ///
  /// - Parameters:
  ///   - key: describes the pass and the shape of the convolution.
  ///   - candidates: the names of the algorithms that can compute it, with the lowest estimate first.
  ///   - makeRun: makes a run of a candidate on memory of its own, to be timed.
  func choice(
    _ key: String, among candidates: [String], _ makeRun: (_ candidate: String) -> () -> Void
  ) -> String {
    precondition(!candidates.isEmpty, "no algorithm computes \(key)")
    used.withLock { _ = $0.insert(key) }
    if let known = state.withLock({ $0[key] }), candidates.contains(known) { return known }
    let chosen =
      preferred.flatMap { name in candidates.first { $0.hasPrefix(name) } }
      ?? (measures && candidates.count > 1 ? Self.fastest(candidates, makeRun) : candidates[0])
    state.withLock { $0[key] = chosen }
    return chosen
  }

  private static let rounds = 3

  /// Multiply-accumulates that are timed at most: some tens of milliseconds.
  private static let timedWork = 2_000_000_000

  /// The number of samples to time a candidate with: the largest batch, or fewer samples if these are work enough
  /// (`timedWork`).
  static func timedBatch(maximumBatch: Int, multiplyAccumulates: Int) -> Int {
    max(min(maximumBatch, timedWork / max(multiplyAccumulates, 1)), 1)
  }

  /// The fastest candidate. The candidates take turns, so that all meet the machine in the same moments.
  private static func fastest(_ candidates: [String], _ makeRun: (String) -> () -> Void) -> String {
    let runs = candidates.map(makeRun)
    for run in runs { run() }
    var times = [Duration](repeating: .seconds(1_000_000), count: runs.count)
    for _ in 0..<rounds {
      for (index, run) in runs.enumerated() {
        times[index] = min(times[index], ContinuousClock().measure(run))
      }
    }
    return candidates[times.indices.min { times[$0] < times[$1] }!]
  }
}
