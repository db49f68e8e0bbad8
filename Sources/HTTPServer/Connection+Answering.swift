import AccessControl
import Dispatch
import HTTPCore
import HTTPTypes

/// Bytes out: handlers, answers, and the end of the connection.
extension Connection {
  /// Bodies up to this size travel in one piece with their head.
  private static let joinLimit = 16 << 10

  /// The request is complete: gives it to its handler.
  func dispatch() {
    guard let head = exchange?.head else { preconditionFailure("a request is dispatched after its head") }
    guard case .handle(let route, let handler) = exchange?.plan else {
      // What follows a CONNECT may be meant for the tunnel that was refused, not for us.
      return answerUnhandled(closes: head.request.method == .connect)
    }
    let request = request(head)
    let coding = ResponseCoding(head.request)
    phase = .working
    timeouts.enter(.working, now: .now)
    // From here on the handler alone keeps the body, and its share of the memory.
    let reservation = exchange?.reservation
    exchange?.reservation = nil
    exchange?.task = Task(executorPreference: route.isQuick ? nil : HandlerThreads.shared) { [self] in
      let response = coding.applied(to: await handler(request))
      withExtendedLifetime(reservation) {}
      queue.async { [self] in handlerReturned(response) }
    }
  }

  /// What the handler gets to see; the body moves into it.
  private func request(_ head: RequestHead) -> ServerRequest {
    var request = ServerRequest(
      head: head.request, path: head.target.path, query: head.target.queryItems, body: exchange?.body ?? [],
      remoteAddress: remote, identity: exchange?.identity ?? RequestIdentity(head.request.headerFields),
      isFromStranger: isFromStranger(head), received: .now)
    exchange?.body = []
    // The body is as if it had never been coded.
    if exchange?.decoder != nil { request.head.headerFields[.contentEncoding] = nil }
    exchange?.decoder = nil
    return request
  }

  private func handlerReturned(_ response: ServerResponse) {
    guard phase == .working else { return }
    // When stopping, requests that lie in the kernel still count as sent before the stop. The connection may not have
    // been told yet: listeners stop first.
    if isStopping { readable() } else if server.isStopping { stopNow() }
    guard phase == .working else { return }
    answer(response, closes: false)
    pump()
    updateReadInterest()
  }

  /// Answers a request that no handler takes.
  func answerUnhandled(closes: Bool) {
    switch exchange?.plan {
    case .options(let options):
      answer(ServerResponse(status: .noContent, fields: optionsFields(options)), closes: closes)
    case .refuse(let failure): answer(problem(failure), closes: closes)
    case .answer(let response): answer(response, closes: closes)
    case .handle, .none: preconditionFailure("a routed request is answered by its handler")
    }
  }

  /// Allow and, where a browser asks on behalf of a page, what that page may do.
  private func optionsFields(_ options: PathOptions) -> HTTPFields {
    var fields: HTTPFields = [.allow: Router.allowValue(options.allowed)]
    if let cors = server.configuration.cors, let head = exchange?.head, !options.isClosedPreflight(head.request) {
      fields.append(contentsOf: cors.preflightFields(for: head.request, allowed: options.openToPages))
    }
    return fields
  }

  /// Answers a failure after which the connection cannot go on.
  func answer(_ failure: ServerFailure) {
    if exchange == nil { exchange = Exchange(head: nil, began: .now) }
    // Memory is not kept for as long as the client takes to read.
    exchange?.body = []
    exchange?.reservation = nil
    answer(problem(failure), closes: true)
    updateReadInterest()
  }

  private func problem(_ failure: ServerFailure) -> ServerResponse {
    server.answer(to: failure, exchange?.head?.request)
  }

  private func answer(_ response: ServerResponse, closes: Bool) {
    let head = exchange?.head
    // While stopping, a connection lives on only for requests that were sent already.
    let isLast = (isStopping || peerHasEnded) && parser.bufferedByteCount == 0
    let asksToClose = response.fields[.connection]?.lowercased() == "close"
    closesAfterAnswer = closes || isLast || asksToClose || !(head?.keepsAlive ?? false)
    let serializer = ResponseSerializer(
      method: head?.request.method ?? .get, version: head?.version ?? .http11, keepsAlive: !closesAfterAnswer)
    var message = HTTPResponse(status: response.status, headerFields: response.fields)
    for field in exchange?.identity.answerFields ?? [:] { message.headerFields[field.name] = field.value }
    if let quota = exchange?.permit?.quota { message.headerFields.append(contentsOf: quota.fields) }
    if let cors = server.configuration.cors {
      let isClosed = exchange?.isClosedToOtherOrigins ?? false
      message.headerFields.append(contentsOf: cors.answerFields(for: isClosed ? nil : head?.request))
    }
    let carriesBody = serializer.framing(of: message, bodyLength: response.body.count).carriesBody
    let bytes = serializer.head(message, bodyLength: response.body.count, date: server.dates.text())
    exchange?.status = response.status
    exchange?.responseBytes = carriesBody ? response.body.count : 0
    phase = .writing
    timeouts.enter(.writing, now: .now)
    send(carriesBody ? Self.join(bytes, response.body) : [ArraySlice(bytes)])
  }

  private static func join(_ head: [UInt8], _ body: [UInt8]) -> [ArraySlice<UInt8>] {
    if body.isEmpty { return [ArraySlice(head)] }
    return body.count <= joinLimit ? [ArraySlice(head + body)] : [ArraySlice(head), ArraySlice(body)]
  }

  /// Puts bytes behind those that wait, and writes what the socket takes.
  func send(_ pieces: [ArraySlice<UInt8>]) {
    outgoing += pieces
    flush()
  }

  /// The socket takes bytes again.
  func writable() {
    if readingAwaitsWriting {
      readingAwaitsWriting = false
      readable()
    }
    if phase != .opening { flush() }
  }

  /// Writes what the socket takes; the write source calls again when it takes more.
  func flush() {
    dispatchPrecondition(condition: .onQueue(queue))
    writingAwaitsReading = false
    while let piece = outgoing.first {
      let moreFollows = outgoing.count > 1
      switch piece.withUnsafeBytes({ transport.write($0, moreFollows: moreFollows) }) {
      case .bytes(let count):
        timeouts.sent(count, now: .now)
        server.counters.bytesSent(count)
        if count == piece.count { outgoing.removeFirst() } else { outgoing[0] = piece.dropFirst(count) }
      case .blocked(let way): return awaitWriting(way)
      case .failed: return close()
      }
    }
    setWriteInterest(false)
    switch phase {
    case .writing: answerWritten()
    case .lingering: endWriting()
    case .opening, .idle, .receiving, .working, .draining, .closed: break
    }
  }

  /// Calls `flush` again once the way is free on which writing depends.
  private func awaitWriting(_ way: BlockedWay) {
    writingAwaitsReading = way == .reading
    setWriteInterest(way == .writing)
  }

  /// Has the write source report when the socket takes bytes, or not any more. Reading may still need it.
  func setWriteInterest(_ isWanted: Bool) {
    let isInterested = isWanted || readingAwaitsWriting
    guard phase != .closed, isInterested == isWritingSuspended else { return }
    if isInterested { writing.resume() } else { writing.suspend() }
    isWritingSuspended = !isInterested
    armTimer()
  }

  private func answerWritten() {
    if let exchange { server.answered(exchange.record(remote: remote, now: .now)) }
    let hasBodyToCome = exchange?.isAnsweredEarly ?? false
    exchange = nil
    if closesAfterAnswer { return linger() }
    if hasBodyToCome { drain() } else { becomeIdle() }
    // Called from the write source there is no pump around us; called from within one this does nothing.
    pump()
    updateReadInterest()
  }

  func becomeIdle() {
    phase = .idle
    timeouts.enter(.idle, now: .now)
  }

  /// Throws away what comes of the body of a request that is answered, for a moment and up to `discardLimit`.
  private func drain() {
    phase = .draining
    timeouts.enter(.draining, now: .now)
  }

  /// Ends our side and waits for the client to end its own: closing with unread bytes would send a reset, which can
  /// overtake the answer (RFC 9112 section 9.6).
  func linger() {
    if peerHasEnded { return close() }
    phase = .lingering
    timeouts.enter(.lingering, now: .now)
    endWriting()
    updateReadInterest()
  }

  private func endWriting() {
    switch transport.endWriting() {
    case .ended: _ = socket.endWriting()
    case .blocked(let way): awaitWriting(way)
    }
  }
}
