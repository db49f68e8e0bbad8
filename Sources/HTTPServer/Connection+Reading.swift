import Dispatch
import HTTPCore
import HTTPTypes

/// Bytes in: from the socket into the parser, and its events into the exchange.
extension Connection {
  /// Reads what the socket holds, as far as there is use for it.
  func readable() {
    dispatchPrecondition(condition: .onQueue(queue))
    for _ in 0..<Self.readBatch where wantsInput {
      guard readOnce() else { break }
    }
    updateReadInterest()
  }

  /// Whether more bytes are of use now; while a request is worked on, only few of the next ones.
  private var wantsInput: Bool {
    switch phase {
    case .idle, .receiving, .lingering: !peerHasEnded
    case .working, .writing: !peerHasEnded && parser.bufferedByteCount < Self.pipelineBuffer
    case .closed: false
    }
  }

  /// Whether to go on reading.
  private func readOnce() -> Bool {
    withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 16) { buffer in
      switch socket.read(into: buffer) {
      case .bytes(let count):
        received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        // A short read has emptied the socket; the source reports what comes later.
        return count == buffer.count
      case .wouldBlock: return false
      case .ended: inputEnded()
      case .failed: close()
      }
      return false
    }
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    // After the last answer the rest is read only so that it does not turn into a reset.
    guard phase != .lingering else { return }
    timeouts.progressed(now: .now)
    parser.feed(bytes)
    pump()
  }

  private func inputEnded() {
    peerHasEnded = true
    parser.finish()
    switch phase {
    case .working: exchange?.task?.cancel()
    case .idle, .receiving: pump()
    case .lingering: close()
    case .writing, .closed: break
    }
  }

  /// Turns buffered bytes into requests until one is being worked on or answered.
  func pump() {
    guard !isPumping else { return }
    isPumping = true
    defer { isPumping = false }
    while phase == .idle || phase == .receiving {
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
    case .end: dispatch()
    case .connectionClosed: close()
    case .needMoreData:
      starved()
      return false
    }
    return true
  }

  private func begin(_ head: RequestHead) {
    let resolution = server.router.resolve(method: head.request.method, target: head.target)
    exchange = Exchange(head: head, resolution: resolution, began: .now)
    phase = .receiving
    switch resolution {
    case .route(let route, _):
      parser.bodyLimit = route.bodyLimit ?? server.configuration.limits.bodyBytes
    case .options, .failure:
      parser.bodyLimit = Self.discardLimit
      // Asking for a body that nobody wants would be a waste on both sides.
      if head.expectsContinue { answerUnrouted(closes: true) }
    }
  }

  private func take(_ chunk: ArraySlice<UInt8>) {
    exchange?.awaitsContinue = false
    guard case .route = exchange?.resolution else { return }
    exchange?.body += chunk
  }

  /// All bytes are used up and the request is not complete.
  private func starved() {
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
    if case .bodyTooLarge = error, let resolution = exchange?.resolution {
      switch resolution {
      case .options, .failure: return answerUnrouted(closes: true)
      case .route: break
      }
    }
    answer(.parsing(error))
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
