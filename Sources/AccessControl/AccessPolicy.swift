import Foundation

/// Who may use the server, and how much.
public struct AccessPolicy: Sendable {
  /// The keys that are asked for; nil: none are.
  private let keys: KeyRing?
  private let limits: ClientLimits?

  /// Everybody may do everything.
  public static let none = AccessPolicy()

  public init(keys: KeyRing? = nil, rate: RequestRate? = nil, concurrent: Int? = nil) {
    self.keys = keys
    limits = rate == nil && concurrent == nil ? nil : ClientLimits(rate: rate, concurrent: concurrent)
  }

  /// Whether an operation with a scope needs a key.
  public var asksForKeys: Bool { keys != nil }

  /// Decides on a request by what its header tells, before anything is spent on its body.
  ///
  /// Limits come first and count for the key, where a valid one is given, else for the address: so whoever tries keys
  /// is held up like anybody else.
  ///
  /// - Parameters:
  ///   - secret: the key that came with the request.
  ///   - address: the client's address and port.
  /// - Returns: what to hold on to until the request is answered; nil where nothing counts it.
  public func admit(
    _ access: Access, secret: String?, address: String, now: ContinuousClock.Instant = .now, date: Date = Date()
  ) throws(AccessRefusal) -> Permit? {
    if access == .unlimited { return nil }
    let key = secret.flatMap { keys?.key(openedBy: $0) }
    let isValid = key.map { !$0.hasExpired(at: date) } ?? false
    let client = isValid ? Client.key(name: key!.name) : .address(ClientAddress(address))
    let permit = try limits?.begin(client, now: now)
    if case .scope(let scope) = access, keys != nil { try check(key, hasSecret: secret != nil, scope, date) }
    return permit
  }

  /// Whether keys are asked for and this opens none of them, or one that has expired.
  public func isStranger(secret: String?, date: Date = Date()) -> Bool {
    guard let keys else { return false }
    return secret.flatMap { keys.key(openedBy: $0) }?.hasExpired(at: date) ?? true
  }

  /// Whether an operation would be let in with this key, limits aside. Nothing is counted.
  public func allows(_ access: Access, secret: String?, date: Date = Date()) -> Bool {
    guard case .scope(let scope) = access, let keys else { return true }
    return (try? check(secret.flatMap { keys.key(openedBy: $0) }, hasSecret: secret != nil, scope, date)) != nil
  }

  private func check(_ key: APIKey?, hasSecret: Bool, _ scope: Scope, _ date: Date) throws(AccessRefusal) {
    guard let key else { throw hasSecret ? .keyUnknown : .keyMissing }
    if let expires = key.expires, key.hasExpired(at: date) { throw .keyExpired(name: key.name, at: expires) }
    guard key.scopes.contains(scope) else { throw .scopeMissing(key: key.name, needed: scope) }
  }
}
