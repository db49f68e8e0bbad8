import AccessControl

/// What a client may do on a server, by what the header of one of its requests shows. Nothing is counted.
public struct ClientPermissions: Sendable {
  /// Whether the server asks for keys.
  public let asksForKeys: Bool
  private let check: @Sendable (_ access: Access, _ changesState: Bool) -> Bool

  public init(
    asksForKeys: Bool, check: @escaping @Sendable (_ access: Access, _ changesState: Bool) -> Bool
  ) {
    self.asksForKeys = asksForKeys
    self.check = check
  }

  /// Those of a server that asks for nothing.
  public static let all = ClientPermissions(asksForKeys: false) { _, _ in true }

  /// Whether the client could use an operation, without a body, from where it is.
  public func allow(_ access: Access, changesState: Bool) -> Bool { check(access, changesState) }
}
