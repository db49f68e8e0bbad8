import Synchronization

/// How long the candidates for a convolution took on this machine, by shape, so that each is measured once.
///
/// The times hold for one machine and one version of the kernels; whoever keeps them on disk keys the file by both.
public final class AlgorithmCache: Sendable {
  /// Raised whenever kernels or candidates change, so that all is measured anew.
  public static let version = 16

  private let times: Mutex<[String: [MeasuredCandidate]]>

  /// - Parameter entries: as `entries` gave them; those that this version does not know are dropped.
  public init(entries: [String: String] = [:]) {
    times = Mutex(entries.compactMapValues { Self.measurements($0) })
  }

  /// Everything measured as text, to be kept: for each shape, `winograd-f4 28 1: 350000; direct: 1020000`.
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
