import Synchronization

/// The measured times of the candidate algorithms for convolutions, by shape of the convolution, so that each shape
/// is measured once.
///
/// The times hold for one machine and one version of the kernels. Code that stores them must key the file by both, as
/// `ModelServing.AlgorithmCacheFile` does. Several compilations may use one cache at the same time.
public final class AlgorithmCache: Sendable {
  /// The version of the kernels and candidates that the times belong to. A change of kernels or candidates raises it,
  /// so that everything is measured again.
  public static let version = 17

  private let times: Mutex<[String: [MeasuredCandidate]]>

  /// A cache with the times of an earlier run.
  ///
  /// - Parameter entries: the entries of another cache. Entries that this version cannot read are dropped.
  public init(entries: [String: String] = [:]) {
    times = Mutex(entries.compactMapValues { Self.measurements($0) })
  }

  /// All measured times as text, in nanoseconds for one sample, ready to be stored. The key describes the shape; a
  /// value reads, for example, `winograd-f4 28 1: 350000; direct: 1020000`.
  public var entries: [String: String] {
    times.withLock { $0.mapValues { $0.map(\.description).joined(separator: "; ") } }
  }

  subscript(key: String) -> [MeasuredCandidate]? {
    get { times.withLock { $0[key] } }
    set { times.withLock { $0[key] = newValue } }
  }

  private static func measurements(_ entry: String) -> [MeasuredCandidate]? {
    let measurements = entry.split(separator: "; ").map { MeasuredCandidate(String($0)) }
    return measurements.isEmpty || measurements.contains(nil) ? nil : measurements.map { $0! }
  }
}

/// A candidate and the time that it takes for one sample.
struct MeasuredCandidate: Hashable, Sendable {
  let candidate: AlgorithmCandidate
  let nanoseconds: Double
}

/// As it stands in a cache file, for example `winograd-f4 28 1: 350000`.
extension MeasuredCandidate: LosslessStringConvertible {
  var description: String { "\(candidate): \(Int(nanoseconds))" }

  init?(_ description: String) {
    let parts = description.split(separator: ": ", maxSplits: 1).map(String.init)
    guard parts.count == 2, let candidate = AlgorithmCandidate(parts[0]), let time = Int(parts[1]), time >= 0 else {
      return nil
    }
    self.init(candidate: candidate, nanoseconds: Double(time))
  }
}
