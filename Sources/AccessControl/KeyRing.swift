import Synchronization

/// The keys that a server accepts; they can be changed while it runs.
public final class KeyRing: Sendable {
  private let keys: Mutex<[APIKey]>

  public init(_ keys: [APIKey]) { self.keys = Mutex(keys) }

  public var count: Int { keys.withLock { $0.count } }

  /// From the next request on, these keys count.
  public func replace(with newKeys: [APIKey]) {
    keys.withLock { $0 = newKeys }
  }

  /// The key that a secret opens.
  ///
  /// All keys are looked at, each for the same time, so that the time tells nothing of a key that exists.
  func key(openedBy secret: String) -> APIKey? {
    let digest = KeyDigest(of: secret)
    return keys.withLock { $0 }.reduce(nil) { found, key in key.digest.matches(digest) ? key : found }
  }
}
