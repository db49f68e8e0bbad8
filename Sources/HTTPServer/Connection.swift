import Dispatch
import HTTPCore
import HTTPTypes

/// One client's connection: reads requests, runs their handlers one at a time, writes the answers in order.
///
/// ```
/// opening -> idle -> receiving -> working -> writing -> idle
///                         \__________________/   \-> draining -> idle
///                                                \-> lingering -> closed
/// ```
///
/// Opening is TLS's handshake; without TLS it is over at once. Draining throws away the body of a request that was
/// answered by its header alone.
///
/// A client may close its side once its request is sent (`nc -N`) and still gets its answer. One that has gone
/// altogether is noticed while its request is worked on (`lookForDeparture`): the handler's task is cancelled.
///
/// `@unchecked Sendable`: all mutable state is touched on `queue` only; public entries hop onto it.
final class Connection: @unchecked Sendable {
  enum Phase {
    case opening, idle, receiving, working, writing, draining, lingering, closed
  }

  /// Bytes of further requests taken in while one is worked on; beyond that the client has to wait.
  static let pipelineBuffer = 64 << 10
  /// Bytes of body read and thrown away to keep a connection whose request goes nowhere.
  static let discardLimit = 64 << 10
  /// Reads in one go, so that a fast sender does not keep a thread from the others.
  static let readBatch = 16
  static let readSize = 64 << 10

  let socket: Socket
  let remote: String
  let server: Server
  let queue: DispatchQueue
  let reading: any DispatchSourceRead
  let writing: any DispatchSourceWrite
  let timer: any DispatchSourceTimer

  /// Carries the bytes; the socket itself, where there is no TLS or TLS has failed.
  var transport: any Transport
  var phase = Phase.opening
  var parser: RequestParser
  var exchange: Exchange?
  var timeouts: TimeoutMachine<ContinuousClock.Instant>
  /// Bytes that wait for the socket, in order.
  var outgoing: [ArraySlice<UInt8>] = []
  /// Whether the connection ends after the answer being written.
  var closesAfterAnswer = false
  /// What to answer, once the connection is open, instead of reading a request.
  private var refusal: ServerFailure?
  var isStopping = false
  /// TLS can read on only when it has written, or write on only when it has read.
  var readingAwaitsWriting = false
  var writingAwaitsReading = false
  var peerHasEnded = false
  /// Whether the client, having ended its side, was sent something to see whether it is still there.
  var hasProbed = false
  /// Guards `pump` against itself: an answer that is written at once would otherwise nest pump in pump.
  var isPumping = false
  var isReadingSuspended = false
  var isWritingSuspended = true
  /// When the timer fires next; nil when it does not.
  var timerFires: ContinuousClock.Instant?
  /// Cancel handlers still to run before the descriptor may be closed.
  private var openSources = 2

  init(socket: Socket, transport: any Transport, remote: String, server: Server) {
    self.socket = socket
    self.transport = transport
    self.remote = remote
    self.server = server
    parser = RequestParser(limits: server.configuration.limits)
    timeouts = TimeoutMachine(timeouts: server.configuration.timeouts, now: .now)
    // A target that is not overcommitting: thousands of connections share as many threads as there are cores.
    queue = DispatchQueue(label: "convserve.connection", target: .global())
    reading = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: queue)
    writing = DispatchSource.makeWriteSource(fileDescriptor: socket.descriptor, queue: queue)
    timer = DispatchSource.makeTimerSource(queue: queue)
  }

  func start() {
    queue.async { [self] in
      activateSources()
      // A stop may have passed between accepting and now.
      if server.isStopping { stopNow() } else { open() }
    }
  }

  /// Answers a connection that cannot be served, without reading a request.
  func refuse(_ failure: ServerFailure) {
    queue.async { [self] in
      activateSources()
      refusal = failure
      open()
    }
  }

  /// Finishes what the client has sent and closes.
  func beginStopping() {
    queue.async { [self] in stopNow() }
  }

  /// Closes at once; a running handler is cancelled.
  func abort() {
    queue.async { [self] in close() }
  }

  private func activateSources() {
    socket.disableDelay()
    reading.setEventHandler { [self] in readable() }
    writing.setEventHandler { [self] in writable() }
    timer.setEventHandler { [self] in timerFired() }
    reading.setCancelHandler { [self] in sourceCancelled() }
    writing.setCancelHandler { [self] in sourceCancelled() }
    reading.activate()
    timer.activate()
    // The write source was never activated: it stays silent until an answer does not fit into the socket.
  }

  /// Goes on with what has to happen before the first request.
  func open() {
    timeouts.enter(.opening, now: .now)
    switch transport.open() {
    case .open: opened()
    case .blocked(.reading): setWriteInterest(false)
    case .blocked(.writing):
      readingAwaitsWriting = true
      setWriteInterest(true)
    case .failed(let error): openingFailed(error)
    }
    updateReadInterest()
  }

  private func opened() {
    phase = .idle
    timeouts.enter(.idle, now: .now)
    setWriteInterest(false)
    if let refusal { answer(refusal) }
  }

  private func openingFailed(_ error: TransportError) {
    server.openingFailed(error, remote: remote)
    switch error {
    case .system, .truncated, .peerLeft: close()
    case .plainHTTP:
      transport = socket
      answer(.plainHTTP)
    case .tls:
      // An alert is on its way, and is to arrive like a last answer.
      transport = socket
      linger()
    }
  }

  func stopNow() {
    guard phase != .closed, !isStopping else { return }
    isStopping = true
    // What the client sent before the stop may still lie in the kernel.
    readable()
    closeIfIdleAndStopping()
  }

  func closeIfIdleAndStopping() {
    if isStopping && (phase == .idle || phase == .opening) { close() }
  }

  /// Ends the connection; nothing more is read or written.
  func close() {
    dispatchPrecondition(condition: .onQueue(queue))
    guard phase != .closed else { return }
    phase = .closed
    abandonExchange()
    exchange = nil
    outgoing = []
    // TLS tells an end from a cut. Best effort: whoever takes nothing more is not waited for.
    _ = transport.endWriting()
    timer.cancel()
    // A suspended source never runs its cancel handler.
    reading.cancel()
    if isReadingSuspended { reading.resume() }
    writing.cancel()
    if isWritingSuspended { writing.resume() }
    isReadingSuspended = false
    isWritingSuspended = false
  }

  private func abandonExchange() {
    guard var exchange else { return }
    exchange.task?.cancel()
    exchange.responseBytes = max(0, exchange.responseBytes - outgoing.reduce(0) { $0 + $1.count })
    if exchange.head != nil { server.abandoned(exchange.record(remote: remote, now: .now)) }
  }

  private func sourceCancelled() {
    openSources -= 1
    guard openSources == 0 else { return }
    socket.close()
    server.connectionClosed(self)
  }
}
