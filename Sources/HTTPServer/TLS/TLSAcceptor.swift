import Synchronization

/// Opens TLS on accepted connections; its certificates can be exchanged while it does.
public final class TLSAcceptor: Sendable {
  private let configuration: TLSConfiguration
  private let identities: Mutex<TLSIdentities>

  /// Reads certificates and keys.
  public init(_ configuration: TLSConfiguration) throws(TLSError) {
    self.configuration = configuration
    identities = Mutex(try TLSIdentities(configuration))
  }

  /// Reads the files again, for connections from now on; open ones go on as they are.
  ///
  /// - Throws: `TLSError`; what was read before stays in use then.
  public func reload() throws(TLSError) {
    let renewed = try TLSIdentities(configuration)
    identities.withLock { $0 = renewed }
  }

  /// What an operator should look at in the files, though they can be used.
  public func warnings() -> [TLSWarning] { configuration.identities.flatMap(TLSWarning.all) }

  /// Nil without memory.
  func stream(on socket: Socket) -> TLSStream? { TLSStream(socket, identities.withLock { $0 }) }
}
