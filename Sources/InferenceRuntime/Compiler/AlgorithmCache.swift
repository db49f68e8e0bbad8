import Synchronization

/// The choices that measuring has led to, by shape, so that each is made once.
///
/// They hold for one machine and one version of the kernels; whoever keeps them on disk keys the file by both.
public final class AlgorithmCache: Sendable {
  /// Raised whenever kernels or candidates change, so that choices are measured anew.
  public static let version = 3

  private let choices: Mutex<[String: AlgorithmCandidate]>

  /// - Parameter entries: as `entries` gave them; those that this version does not know are dropped.
  public init(entries: [String: String] = [:]) {
    choices = Mutex(entries.compactMapValues { AlgorithmCandidate($0) })
  }

  /// Every choice as text, to be kept.
  public var entries: [String: String] { choices.withLock { $0.mapValues(\.description) } }

  subscript(key: String) -> AlgorithmCandidate? {
    get { choices.withLock { $0[key] } }
    set { choices.withLock { $0[key] = newValue } }
  }
}
