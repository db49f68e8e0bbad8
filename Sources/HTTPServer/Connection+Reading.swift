import Dispatch
import HTTPCore
import HTTPTypes

/// Bytes in: from the socket into the parser, and its events into the exchange.
extension Connection {
  /// Reads until the socket has nothing more, as far as there is use for it.
  ///
  /// A short read is no sign that it has not: behind the bytes there may be the connection's end, of which Dispatch tells
  /// once, with the bytes.
  func readable() {
    dispatchPrecondition(condition: .onQueue(queue))
    if phase == .opening { open() }
    var reads = 0
    while wantsInput, phase != .opening, reads < Self.readBatch, readOnce() { reads += 1 }
    // Others have their turn first.
    if reads == Self.readBatch { queue.async { [self] in readable() } }
    if writingAwaitsReading { flush() }
    updateReadInterest()
  }

  /// Whether more bytes are of use now; while a request is worked on, only few of the next ones.
  private var wantsInput: Bool {
    guard !readingAwaitsWriting else { return false }
    return switch phase {
    case .opening, .idle, .receiving, .draining, .lingering: !peerHasEnded
    case .working, .writing: !peerHasEnded && parser.bufferedByteCount < Self.pipelineBuffer
    case .closed: false
    }
  }

  /// Whether there may be more.
  private func readOnce() -> Bool {
    withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 16) { buffer in
      switch transport.read(into: buffer) {
      case .bytes(let count):
        received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        return true
      case .blocked(.reading): break
      case .blocked(.writing):
        readingAwaitsWriting = true
        setWriteInterest(true)
      case .ended: inputEnded()
      case .failed: close()
      }
      return false
    }
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    server.counters.bytesReceived(bytes.count)
    // After the last answer the rest is read only so that it does not turn into a reset.
    guard phase != .lingering else { return }
    timeouts.received(bytes.count, now: .now)
    parser.feed(bytes)
    pump()
  }

  private func inputEnded() {
    peerHasEnded = true
    parser.finish()
    switch phase {
    case .idle, .receiving: pump()
    case .draining, .lingering: close()
    case .opening, .working, .writing, .closed: break
    }
  }

  /// Turns buffered bytes into requests until one is being worked on or answered.
  func pump() {
    guard !isPumping else { return }
    isPumping = true
    defer { isPumping = false }
    while phase == .idle || phase == .receiving || phase == .draining {
      do throws(HTTPParsingError) {
        guard handle(try parser.next()) else { break }
      } catch {
        fail(error)
      }
    }
    armTimer()
  }

  /// Whether there may be another event.
  private func handle(_ event: RequestParser.Event) -> Bool {
    switch event {
    case .head(let head): begin(head)
    case .body(let chunk): take(chunk)
    case .end where phase == .draining: becomeIdle()
    case .end: finishBody()
    case .connectionClosed: close()
    case .needMoreData:
      starved()
      return false
    }
    return true
  }

  private func begin(_ head: RequestHead) {
    exchange = Exchange(head: head, began: .now)
    phase = .receiving
    let plan = plan(for: head)
    exchange?.plan = plan
    if case .handle(let route, _) = plan {
      parser.bodyLimit = bodyLimit(of: route)
    } else if head.framing.hasBody {
      parser.bodyLimit = Self.discardLimit
      exchange?.isAnsweredEarly = true
      answerUnhandled(closes: !isWorthDraining(head))
    }
  }

  /// Whether to keep a connection by throwing away a body that nobody wants. Asking for it would be a waste on both
  /// sides, a long one takes longer than a new connection, and what follows a CONNECT may be meant for the tunnel that was
  /// refused, not for us.
  private func isWorthDraining(_ head: RequestHead) -> Bool {
    if head.expectsContinue || head.request.method == .connect { return false }
    if case .length(let length) = head.framing { return length <= Self.discardLimit }
    return true
  }

  /// Decides what becomes of a request, as far as its header tells.
  private func plan(for head: RequestHead) -> Exchange.Plan {
    let resolution = server.router.resolve(method: head.request.method, target: head.target)
    if case .route(let route, let parameters) = resolution { exchange?.destination = (route, parameters) }
    if let refusal = admit(head, resolution) { return .refuse(.access(refusal)) }
    switch resolution {
    case .options(let options): return .options(options)
    case .failure(let failure): return .refuse(.routing(failure))
    case .route(let route, let parameters):
      if let refusal = stateChangeRefusal(head, at: route) { return .refuse(.stateChange(refusal)) }
      guard ResponseCoding(head.request).isPossible else { return .refuse(.contentCoding(.noneAcceptable)) }
      switch route.headCheck(head.request, head.target, parameters) {
      case .answer(let response): return .answer(response)
      case .proceed(let handler):
        if let failure = prepareBody(of: head, for: route) { return .refuse(failure) }
        return .handle(route, handler)
      }
    }
  }

  private func bodyLimit(of route: Route) -> Int { route.bodyLimit ?? server.configuration.limits.bodyBytes }

  /// Gets ready to take in the body: what expands it, and its share of the memory.
  private func prepareBody(of head: RequestHead, for route: Route) -> ServerFailure? {
    guard head.framing.hasBody else { return nil }
    let limit = bodyLimit(of: route)
    do throws(ContentCodingError) {
      let coding = try ContentCoding(ofRequest: head.request.headerFields)
      if coding != .identity {
        exchange?.decoder = ContentDecoder(coding, limit: limit, ratio: parser.limits.expansionRatio)
      }
    } catch {
      return .contentCoding(error)
    }
    // A body that is too long has its own answer, and never gets as far as memory.
    if case .length(let length) = head.framing, length <= limit, !server.bodyBudget.hasRoom(for: length) {
      return .bodyMemoryExhausted(limit: server.bodyBudget.limit)
    }
    exchange?.reservation = BodyReservation(server.bodyBudget)
    return nil
  }

  private func take(_ chunk: ArraySlice<UInt8>) {
    exchange?.awaitsContinue = false
    guard case .handle = exchange?.plan else { return }
    do throws(ContentCodingError) {
      if let decoder = exchange?.decoder { try decoder.decode(chunk, keep) } else { _ = keep(chunk) }
    } catch {
      answer(.contentCoding(error))
    }
  }

  /// Whether there was memory for it; where not, the request is answered.
  private func keep(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard exchange?.reservation?.grow(by: bytes.count) == true else {
      answer(.bodyMemoryExhausted(limit: server.bodyBudget.limit))
      return false
    }
    exchange?.body += bytes
    return true
  }

  private func finishBody() {
    do throws(ContentCodingError) {
      try exchange?.decoder?.finish()
      dispatch()
    } catch {
      answer(.contentCoding(error))
    }
  }

  /// All bytes are used up and the request is not complete.
  private func starved() {
    // The time for the rest of the body runs already, whatever comes of it.
    if phase == .draining { return }
    if parser.isInsideRequest { phase = .receiving }
    if exchange?.awaitsContinue == true {
      // The body limit has been checked by now: a body that is too long was refused instead.
      exchange?.awaitsContinue = false
      send([ArraySlice(ResponseSerializer.continueResponse)])
    }
    timeouts.enter(phase == .idle ? .idle : exchange == nil ? .header : .body, now: .now)
    closeIfIdleAndStopping()
  }

  private func fail(_ error: HTTPParsingError) {
    // A request that is answered gets no second answer, whatever its body is like.
    if phase == .draining { linger() } else { answer(.parsing(error)) }
  }

  /// Pauses the read source while there is no use for input, else it would fire without end.
  func updateReadInterest() {
    guard phase != .closed else { return }
    if wantsInput == isReadingSuspended {
      if isReadingSuspended { reading.resume() } else { reading.suspend() }
      isReadingSuspended.toggle()
    }
    armTimer()
  }
}
