import Dispatch
import HTTPCore
import HTTPTypes

/// A request's way in: what becomes of it, and its body.
extension Connection {
  /// Decides what becomes of a request, as far as its header tells.
  func judge(_ head: RequestHead) {
    exchange = Exchange(head: head, began: .now)
    let plan = plan(for: head)
    exchange?.plan = plan
    guard case .handle(let route, let handler) = plan else {
      return machine.handle(.judged(.answeredByHeader), now: .now)
    }
    machine.handle(.judged(.handled(bodyLimit: bodyLimit(of: route))), now: .now)
    if exchange?.bodyStream != nil { start(handler, of: route) }
  }

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

  private func bodyLimit(of route: Route) -> Int {
    switch route.body {
    case .whole(let limit): limit ?? server.configuration.limits.bodyBytes
    case .streamed(let limit): limit
    }
  }

  /// Gets ready to take in the body: what expands it, and its share of the memory.
  private func prepareBody(of head: RequestHead, for route: Route) -> ServerFailure? {
    guard head.framing.hasBody else { return nil }
    do throws(ContentCodingError) {
      let coding = try ContentCoding(ofRequest: head.request.headerFields)
      switch route.body {
      case .whole: return prepareWholeBody(head.framing, coding, limit: bodyLimit(of: route))
      case .streamed(let limit): exchange?.bodyStream = bodyStream(coding, limit: limit)
      }
      return nil
    } catch {
      return .contentCoding(error)
    }
  }

  private func bodyStream(_ coding: ContentCoding, limit: Int) -> RequestBodyStream {
    let ratio = server.configuration.limits.expansionRatio
    return RequestBodyStream(coding, limit: limit, ratio: ratio) { [weak self] in
      guard let self else { return }
      queue.async { self.happened(.bodyEmptied) }
    }
  }

  private func prepareWholeBody(_ framing: BodyFraming, _ coding: ContentCoding, limit: Int) -> ServerFailure? {
    if coding != .identity {
      let ratio = server.configuration.limits.expansionRatio
      exchange?.decoder = ContentDecoder(coding, limit: limit, ratio: ratio)
    }
    if case .length(let length) = framing, length <= limit {
      // A body that is too long has its own answer, and never gets as far as memory.
      guard server.bodyBudget.hasRoom(for: length) else { return .bodyMemoryExhausted(limit: server.bodyBudget.limit) }
      // What is announced is a promise, not data: memory follows the bytes beyond the first 64 KiB.
      exchange?.body.reserveCapacity(min(length, 64 << 10))
    }
    exchange?.reservation = BodyReservation(server.bodyBudget)
    return nil
  }

  /// A piece of the body has arrived.
  func take(_ piece: ArraySlice<UInt8>) {
    if let stream = exchange?.bodyStream {
      if stream.push(piece) { machine.handle(.bodyFilled, now: .now) }
      return
    }
    do throws(ContentCodingError) {
      if let decoder = exchange?.decoder { try decoder.decode(piece, keep) } else { _ = keep(piece) }
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

  /// The request is complete: its handler gets it, or learns that the body which it reads is over.
  func bodyEnded() {
    if let stream = exchange?.bodyStream { return stream.finish() }
    do throws(ContentCodingError) {
      try exchange?.decoder?.finish()
    } catch {
      return answer(.contentCoding(error))
    }
    guard case .handle(let route, let handler) = exchange?.plan else {
      preconditionFailure("a body is taken for a handler")
    }
    start(handler, of: route)
  }
}
