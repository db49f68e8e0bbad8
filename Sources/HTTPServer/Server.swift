import AccessControl
import Dispatch
import HTTPCore
import HTTPTypes
import Logging
import Synchronization

/// An HTTP/1.1 server: sockets, limits and timeouts around a `Router`.
///
/// ```swift
/// let router = Router([Route(.get, "/hello", name: "hello") { _, _ in .text("hello\n") }])
/// let server = Server(configuration: ServerConfiguration(port: 0), router: router)
/// print(try server.start())
/// await server.stop(gracePeriod: .seconds(10))
/// ```
///
/// Each connection has a serial queue that never blocks; all share the threads of the global queue. Handlers run as
/// tasks, on `HandlerThreads` unless they are quick. A server starts once and stops once.
public final class Server: Sendable {
  public let configuration: ServerConfiguration
  public let router: Router
  public let counters: ServerCounters

  private let problem: ProblemResponder
  let dates = DateCache()
  private let tls: TLSAcceptor?
  let bodyBudget: BodyBudget
  let access: AccessPolicy
  private let logger: Logger?
  private let observer: (@Sendable (AccessRecord) -> Void)?
  private let state = Mutex(State())

  private struct State {
    var phase = Phase.new
    var listeners: [Listener] = []
    var connections: [ObjectIdentifier: Connection] = [:]
    /// Callers of `stop` that wait for the last connection.
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private enum Phase {
    case new
    /// Addresses are being bound.
    case starting
    case running
    /// The listeners take what waits in their backlogs and close.
    case draining
    /// The connections finish.
    case closing
    case stopped
  }

  /// Connections beyond the maximum that may be busy reading their 503; more are turned away without being kept.
  private static let refusalAllowance = 64

  /// - Parameters:
  ///   - problem: how an answer to a failure looks; plain text unless told otherwise.
  ///   - tls: encrypts every connection; nil: none.
  ///   - access: who may use it, and how much.
  ///   - counters: for those who want to read them before there is a server.
  ///   - logger: gets one line per request at level info, and the listeners' troubles.
  ///   - observer: gets every answered request, for metrics; called on connection queues, so it must be quick.
  public init(
    configuration: ServerConfiguration, router: Router,
    problem: @escaping ProblemResponder = { ServerResponse.plainProblem($0, $1) },
    tls: TLSAcceptor? = nil, access: AccessPolicy = .none, counters: ServerCounters = ServerCounters(),
    logger: Logger? = nil, observer: (@Sendable (AccessRecord) -> Void)? = nil
  ) {
    self.configuration = configuration
    self.router = router
    bodyBudget = BodyBudget(limit: configuration.bodyMemory)
    self.problem = problem
    self.counters = counters
    self.access = access
    self.tls = tls
    self.logger = logger
    self.observer = observer
  }

  /// What clients speak to it.
  var scheme: String { tls == nil ? "http" : "https" }

  /// Begins to listen and to answer.
  ///
  /// - Returns: the addresses with the ports that were found.
  /// - Throws: `ListenError`; nothing stays open then.
  public func start() throws(ListenError) -> [BoundAddress] {
    guard advance(from: .new, to: .starting) else { throw .alreadyStarted }
    let sockets: [ListeningSocket]
    do throws(ListenError) {
      sockets = try Binding.listen(configuration)
    } catch {
      _ = advance(from: .starting, to: .new)
      throw error
    }
    guard beginListening(sockets) else {
      for socket in sockets { socket.close() }
      throw .stoppedWhileStarting
    }
    return sockets.map { $0.address.speaking(scheme) }
  }

  /// Whether the phase was the one and is the other now: of several callers, one alone succeeds.
  private func advance(from: Phase, to: Phase) -> Bool {
    state.withLock { state in
      guard state.phase == from else { return false }
      state.phase = to
      return true
    }
  }

  /// Whether nobody has stopped the server meanwhile. Listeners are made only then: Dispatch does not let go of a source
  /// that was never started.
  private func beginListening(_ sockets: [ListeningSocket]) -> Bool {
    state.withLock { state in
      guard state.phase == .starting else { return false }
      state.listeners = sockets.map { socket in
        Listener(socket, logger: logger) { [self] in accept($0, remote: $1) }
      }
      // Under the lock, so that nobody who finds a listener in the table can stop it before it was started.
      for listener in state.listeners { listener.start() }
      state.phase = .running
      return true
    }
  }

  /// Stops accepting, lets accepted requests finish, closes idle connections, and returns when all are closed.
  ///
  /// A request that was sent before the stop is answered. After `gracePeriod` what is left is cancelled and closed.
  /// Calling it again waits for the same end.
  public func stop(gracePeriod: Duration = .seconds(30)) async {
    guard let listeners = beginStopping() else { return await waitForLastConnection() }
    for listener in listeners { await listener.stop() }
    let connections = state.withLock { state in
      state.phase = .closing
      return Array(state.connections.values)
    }
    for connection in connections { connection.beginStopping() }
    // Whatever executor the caller has, this runs on the threads that all tasks share: it only sleeps.
    let deadline = Task {
      try? await Task.sleep(for: gracePeriod)
      if !Task.isCancelled { abortAll() }
    }
    await waitForLastConnection()
    deadline.cancel()
    finishStopping()
  }

  /// Wakes those who called `stop` while the listeners were draining and no connection was left to wake them.
  private func finishStopping() {
    let waiters = state.withLock { state in
      state.phase = .stopped
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Whether connections are to close as soon as they can.
  var isStopping: Bool {
    switch state.withLock({ $0.phase }) {
    case .new, .starting, .running: false
    case .draining, .closing, .stopped: true
    }
  }

  /// The listeners to stop; nil when somebody else stops them already.
  private func beginStopping() -> [Listener]? {
    state.withLock { state in
      switch state.phase {
      case .new, .starting:
        state.phase = .stopped
        return nil
      case .running:
        state.phase = .draining
        defer { state.listeners = [] }
        return state.listeners
      case .draining, .closing, .stopped:
        return nil
      }
    }
  }

  private func waitForLastConnection() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.connections.isEmpty && (state.phase == .closing || state.phase == .stopped) { return true }
        state.waiters.append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  private func abortAll() {
    for connection in state.withLock({ Array($0.connections.values) }) { connection.abort() }
  }

  /// Called on a listener's queue.
  private func accept(_ socket: Socket, remote: String) {
    let open = state.withLock { $0.connections.count }
    guard open < configuration.maximumConnections + Self.refusalAllowance else {
      counters.connectionRefused()
      return turnAway(socket)
    }
    guard let transport = transport(on: socket) else { return socket.close() }
    counters.connectionOpened()
    let connection = Connection(socket: socket, transport: transport, remote: remote, server: self)
    let isRefused = open >= configuration.maximumConnections
    if isRefused { counters.connectionRefused() }
    state.withLock { state in
      state.connections[ObjectIdentifier(connection)] = connection
      // Under the lock, so that nobody who finds the connection in the table can enqueue anything before this.
      if isRefused {
        connection.refuse(.tooManyConnections(limit: configuration.maximumConnections))
      } else {
        connection.start()
      }
    }
  }

  /// Closes a connection that there is no room for, with as much of an answer as costs no waiting: what the socket takes at
  /// once. A client whose request is still on its way may see the reset instead. With TLS a handshake would come first.
  private func turnAway(_ socket: Socket) {
    if tls == nil {
      let answer = refusalBytes(.tooManyConnections(limit: configuration.maximumConnections))
      _ = answer.withUnsafeBytes { socket.write($0, moreFollows: false) }
      _ = socket.endWriting()
      // A request that lies there unread would turn the end into a reset.
      withUnsafeTemporaryAllocation(byteCount: Connection.readSize, alignment: 16) { _ = socket.read(into: $0) }
    }
    socket.close()
  }

  /// How a failure is answered, with what the answer must have.
  ///
  /// - Parameter request: nil when it could not be read so far.
  func answer(to failure: ServerFailure, _ request: HTTPRequest?) -> ServerResponse {
    var response = problem(failure, request)
    response.status = failure.status
    for field in failure.requiredFields { response.fields[field.name] = field.value }
    return response
  }

  /// An answer to a request that nobody has read.
  private func refusalBytes(_ failure: ServerFailure) -> [UInt8] {
    let response = answer(to: failure, nil)
    var message = HTTPResponse(status: response.status, headerFields: response.fields)
    for field in RequestIdentity([:]).answerFields { message.headerFields[field.name] = field.value }
    let serializer = ResponseSerializer(method: .get, version: .http11, keepsAlive: false)
    return serializer.head(message, bodyLength: response.body.count, date: dates.text()) + response.body
  }

  private func transport(on socket: Socket) -> (any Transport)? {
    guard let tls else { return socket }
    return tls.stream(on: socket)
  }

  /// Called by a connection whose TLS did not come about.
  func openingFailed(_ error: TransportError, remote: String) {
    switch error {
    // Whoever only looks whether the port is open leaves no more than this.
    case .system, .truncated, .peerLeft: logger?.debug("no TLS with \(remote): \(error)")
    case .plainHTTP, .tls: logger?.info("no TLS with \(remote): \(error)")
    }
  }

  /// Called by a connection whose socket is closed.
  func connectionClosed(_ connection: Connection) {
    counters.connectionClosed()
    let waiters = state.withLock { state in
      state.connections[ObjectIdentifier(connection)] = nil
      guard state.connections.isEmpty, state.phase == .closing else { return [CheckedContinuation<Void, Never>]() }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Called by a connection for every request answered.
  func answered(_ record: AccessRecord) { report(record) }

  /// Called by a connection that ended before the answer to a request was sent.
  func abandoned(_ record: AccessRecord) {
    var record = record
    record.status = .clientClosedRequest
    report(record)
  }

  private func report(_ record: AccessRecord) {
    observer?(record)
    logger?.info("request", metadata: record.metadata)
  }
}
