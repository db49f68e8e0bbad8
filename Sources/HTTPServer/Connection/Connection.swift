import Dispatch
import HTTPCore
import HTTPTypes

/// One client's connection: carries out between the client and the handlers what its `ConnectionMachine` says.
///
/// What happens goes into the machine (`handle`), then what is to be done comes out of it (`run`). The connection itself
/// decides nothing about phases and time. It holds what the machine must not know: the socket and its sources, the bytes
/// that wait for the socket, and the request in hand (`Exchange`).
///
/// `@unchecked Sendable`: all mutable state is touched on `queue` only; public entries hop onto it.
final class Connection: @unchecked Sendable {
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

  var machine: ConnectionMachine<ContinuousClock.Instant>
  /// Guards `run` against itself: an answer that is written at once would otherwise nest run in run.
  private var isRunning = false
  var exchange: Exchange?

  /// Carries the bytes; the socket itself, where there is no TLS or TLS has failed.
  var transport: any Transport
  /// Whether it has got as far as bytes of HTTP, or has failed.
  private(set) var isOpen = false
  /// What to answer, once the connection is open, instead of reading a request.
  private var refusal: ServerFailure?
  /// Bytes that wait for the socket, in order.
  var outgoing: [ArraySlice<UInt8>] = []
  /// Whether our side ends behind them.
  var endsWriting = false
  /// TLS can read on only when it has written, or write on only when it has read.
  var readingAwaitsWriting = false
  var writingAwaitsReading = false
  var isReadingSuspended = false
  var isWritingSuspended = true
  /// When the timer fires next; nil when it does not.
  var timerFires: ContinuousClock.Instant?
  var isClosed = false
  /// Cancel handlers still to run before the descriptor may be closed.
  private var openSources = 2

  init(socket: Socket, transport: any Transport, remote: String, server: Server) {
    self.socket = socket
    self.transport = transport
    self.remote = remote
    self.server = server
    let configuration = server.configuration
    machine = ConnectionMachine(limits: configuration.limits, timeouts: configuration.timeouts, now: .now)
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
    queue.async { [self] in happened(.lost) }
  }

  /// Tells the machine what has happened, and does what follows from it.
  ///
  /// Whoever enters from the queue calls this, or `machine.handle` and `run` behind it. What `run` itself calls only tells the
  /// machine: `run` goes on anyway.
  func happened(_ input: ConnectionMachine<ContinuousClock.Instant>.Input) {
    machine.handle(input, now: .now)
    run()
  }

  /// Does what the machine says until it waits for something.
  func run() {
    dispatchPrecondition(condition: .onQueue(queue))
    guard !isRunning else { return }
    isRunning = true
    while let action = machine.next(now: .now) { carryOut(action) }
    isRunning = false
    updateSources()
  }

  private func carryOut(_ action: ConnectionMachine<ContinuousClock.Instant>.Action) {
    switch action {
    case .judge(let head): judge(head)
    case .answerByHeader: answerByHeader()
    case .takeBody(let bytes): take(bytes)
    case .bodyEnded: bodyEnded()
    case .sendContinue: send([ArraySlice(ResponseSerializer.continueResponse)])
    case .answerFailure(let failure): answer(failure)
    case .pieceSent: exchange?.writer?.pieceSent()
    case .endStream: exchange?.writer?.serverStops()
    case .forgetRequest: forgetRequest()
    case .endWriting: endWriting()
    case .close: close()
    }
  }

  /// Goes on with what has to happen before the first request.
  func open() {
    switch transport.open() {
    case .open: opened()
    case .blocked(.reading): setWriteInterest(false)
    case .blocked(.writing):
      readingAwaitsWriting = true
      setWriteInterest(true)
    case .failed(let error): openingFailed(error)
    }
    run()
  }

  private func opened() {
    isOpen = true
    setWriteInterest(false)
    machine.handle(.opened, now: .now)
    if let refusal { answer(refusal) }
  }

  private func openingFailed(_ error: TransportError) {
    server.openingFailed(error, remote: remote)
    isOpen = true
    switch error {
    case .system, .truncated, .peerLeft: machine.handle(.lost, now: .now)
    case .plainHTTP:
      transport = socket
      machine.handle(.opened, now: .now)
      answer(.plainHTTP)
    case .tls:
      // An alert is on its way, and is to arrive like a last answer.
      transport = socket
      machine.handle(.openingFailed, now: .now)
    }
  }

  func stopNow() {
    guard !isClosed else { return }
    if !isOpen { open() }
    machine.handle(.stop, now: .now)
    // What the client sent before the stop may still lie in the kernel.
    readable()
  }

  /// Ends the connection; nothing more is read or written.
  private func close() {
    isClosed = true
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
    exchange.abandon(CancellationError())
    exchange.responseBytes = max(0, exchange.responseBytes - outgoing.reduce(0) { $0 + $1.count })
    if exchange.head != nil { server.abandoned(exchange.record(remote: remote, now: .now)) }
  }

  private func forgetRequest() {
    if let exchange { server.answered(exchange.record(remote: remote, now: .now)) }
    exchange = nil
  }

  private func activateSources() {
    socket.disableDelay()
    socket.limitSilence(to: server.configuration.timeouts.write)
    reading.setEventHandler { [self] in readable() }
    writing.setEventHandler { [self] in writable() }
    timer.setEventHandler { [self] in timerFired() }
    reading.setCancelHandler { [self] in sourceCancelled() }
    writing.setCancelHandler { [self] in sourceCancelled() }
    reading.activate()
    timer.activate()
    // The write source was never activated: it stays silent until an answer does not fit into the socket.
  }

  private func sourceCancelled() {
    openSources -= 1
    guard openSources == 0 else { return }
    socket.close()
    server.connectionClosed(self)
  }
}
