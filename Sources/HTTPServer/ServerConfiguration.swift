import HTTPCore

/// Where the server listens and how much it gives a client; the defaults are safe.
public struct ServerConfiguration: Sendable, Equatable {
  /// Numeric addresses or names. `localhost` means both loopbacks, `::` every address of IPv6 and IPv4,
  /// `0.0.0.0` every address of IPv4.
  public var hosts: [String]
  /// 0 picks a free port, the same one for all hosts.
  public var port: Int
  /// Connections waiting for `accept` in the kernel.
  public var backlog: Int
  /// Connections served at a time; one more is answered 503 and closed.
  public var maximumConnections: Int
  /// Bounds on what a request may hold; its `bodyBytes` counts for routes without a limit of their own.
  public var limits: ParserLimits
  public var timeouts: Timeouts
  /// Bytes that the bodies of all requests may hold together, from their arrival until they are answered. A request
  /// that finds them taken: 503.
  public var bodyMemory: Int
  /// Which pages of other origins may use the server from a browser; nil: none.
  public var cors: CORSPolicy?

  /// How long a client may take.
  public struct Timeouts: Sendable, Equatable {
    /// From the first byte of a request to the end of its header. Beyond it: 408. And for the handshake of TLS, beyond
    /// which the connection closes.
    public var header: Duration
    /// Between two pieces of a request's body; see also `minimumRate`. Beyond it: 408.
    public var body: Duration
    /// Between two requests on a connection. Beyond it: the connection closes.
    public var idle: Duration
    /// Between two pieces of an answer that the client takes; see also `minimumRate`. Beyond it: the connection closes.
    public var write: Duration
    /// After the last answer, for the client to read it and to close its side; and after an answer by the header alone,
    /// for the rest of the body that nobody wants, beyond which the connection closes.
    public var linger: Duration
    /// Bytes a second that a body or an answer must move on average, once its first pause would have been over.
    public var minimumRate: Int

    public init(
      header: Duration = .seconds(10), body: Duration = .seconds(30), idle: Duration = .seconds(60),
      write: Duration = .seconds(30), linger: Duration = .seconds(2), minimumRate: Int = 8 << 10
    ) {
      self.header = header
      self.body = body
      self.idle = idle
      self.write = write
      self.linger = linger
      self.minimumRate = minimumRate
    }
  }

  /// Whether nobody but this machine can reach the server.
  ///
  /// - Throws: `ListenError.unknownHost`.
  public func isLoopbackOnly() throws(ListenError) -> Bool {
    for host in hosts {
      guard try SocketAddress.resolve(host: host, port: port).allSatisfy(\.isLoopback) else { return false }
    }
    return true
  }

  public init(
    hosts: [String] = ["localhost"], port: Int = 8080, backlog: Int = 1024, maximumConnections: Int = 1024,
    limits: ParserLimits = ParserLimits(), timeouts: Timeouts = Timeouts(), bodyMemory: Int = 256 << 20,
    cors: CORSPolicy? = nil
  ) {
    self.hosts = hosts
    self.port = port
    self.backlog = backlog
    self.maximumConnections = maximumConnections
    self.limits = limits
    self.timeouts = timeouts
    self.bodyMemory = bodyMemory
    self.cors = cors
  }
}
