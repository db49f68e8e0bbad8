import AccessControl
import Dispatch
import HTTPCore
import HTTPTypes

/// A request's way out: handlers and answers.
extension Connection {
  /// Bodies up to this size travel in one piece with their head.
  private static let joinLimit = 16 << 10

  /// Has the handler work on the request, and its answer sent.
  func start(_ handler: @escaping Route.Handler, of route: Route) {
    guard let head = exchange?.head else { preconditionFailure("a handler is started after the header") }
    let request = request(head)
    let coding = ResponseCoding(head.request)
    // From here on the handler alone keeps the body, and its share of the memory.
    let reservation = exchange?.reservation
    exchange?.reservation = nil
    exchange?.task = Task(executorPreference: route.isQuick ? nil : HandlerThreads.shared) { [self] in
      let (response, streamCoding) = coding.applied(to: await handler(request))
      withExtendedLifetime(reservation) {}
      let framing = Self.framing(of: response, to: head)
      guard let stream = response.stream, framing.carriesBody else {
        return queue.async { [self] in handlerReturned(response) }
      }
      let writer = ConnectionWriter(self, isChunked: framing == .chunked, coding: streamCoding)
      // What the producer sends comes behind this on the queue.
      queue.async { [self] in handlerReturned(response, writer) }
      await writer.run(stream)
    }
  }

  /// What the handler gets to see; the body moves into it.
  private func request(_ head: RequestHead) -> ServerRequest {
    var request = ServerRequest(
      head: head.request, path: head.target.path, query: head.target.queryItems, body: exchange?.body ?? [],
      remoteAddress: remote, identity: exchange?.identity ?? RequestIdentity(head.request.headerFields),
      isFromStranger: isFromStranger(head), permissions: permissions(head), received: .now)
    request.bodyStream = exchange?.bodyStream
    exchange?.body = []
    // The body is as if it had never been coded.
    let isExpanded = exchange?.decoder != nil || exchange?.bodyStream?.isExpanded ?? false
    if isExpanded { request.head.headerFields[.contentEncoding] = nil }
    exchange?.decoder = nil
    return request
  }

  private func handlerReturned(_ response: ServerResponse, _ writer: ConnectionWriter? = nil) {
    // When stopping, requests that lie in the kernel still count as sent before the stop. The connection may not have
    // been told yet: listeners stop first.
    if machine.awaitsAnswer, server.isStopping { stopNow() }
    guard machine.awaitsAnswer else {
      writer?.fail()
      return
    }
    answer(response, writer)
    run()
  }

  /// Answers a request that no handler takes.
  func answerByHeader() {
    switch exchange?.plan {
    case .options(let options): answer(ServerResponse(status: .noContent, fields: optionsFields(options)))
    case .refuse(let failure): answer(problem(failure))
    case .answer(let response): answer(response)
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
    exchange?.abandon(failure)
    answer(problem(failure), closes: true)
  }

  private func problem(_ failure: ServerFailure) -> ServerResponse {
    server.answer(to: failure, exchange?.head?.request)
  }

  private static func framing(of response: ServerResponse, to head: RequestHead?) -> ResponseFraming {
    ResponseFraming(
      method: head?.request.method ?? .get, version: head?.version ?? .http11, status: response.status,
      length: response.bodyLength)
  }

  private func answer(_ response: ServerResponse, _ writer: ConnectionWriter? = nil, closes: Bool = false) {
    let head = exchange?.head
    let framing = Self.framing(of: response, to: head)
    let asksToClose = response.fields[.connection]?.lowercased() == "close"
    let isLast = closes || asksToClose || framing == .untilClose
    // Nobody reads the rest of a body whose request is answered.
    exchange?.bodyStream?.fail(CancellationError())
    machine.handle(.answering(.init(closes: isLast, isStreamed: writer != nil)), now: .now)
    let serializer = ResponseSerializer(
      method: head?.request.method ?? .get, version: head?.version ?? .http11, keepsAlive: machine.keepsAlive)
    let bytes = serializer.head(message(response), bodyLength: response.bodyLength, date: server.dates.text())
    exchange?.status = response.status
    exchange?.writer = writer
    exchange?.responseBytes = framing.carriesBody ? response.body.count : 0
    send(framing.carriesBody ? Self.join(bytes, response.body) : [ArraySlice(bytes)])
  }

  /// The response with what every answer has.
  private func message(_ response: ServerResponse) -> HTTPResponse {
    var message = HTTPResponse(status: response.status, headerFields: response.fields)
    for field in exchange?.identity.answerFields ?? [:] { message.headerFields[field.name] = field.value }
    if let quota = exchange?.permit?.quota { message.headerFields.append(contentsOf: quota.fields) }
    if let cors = server.configuration.cors {
      let isClosed = exchange?.isClosedToOtherOrigins ?? false
      message.headerFields.append(contentsOf: cors.answerFields(for: isClosed ? nil : exchange?.head?.request))
    }
    return message
  }

  private static func join(_ head: [UInt8], _ body: [UInt8]) -> [ArraySlice<UInt8>] {
    if body.isEmpty { return [ArraySlice(head)] }
    return body.count <= joinLimit ? [ArraySlice(head + body)] : [ArraySlice(head), ArraySlice(body)]
  }

  /// A piece of the streamed answer is ready.
  ///
  /// - Parameters:
  ///   - bytes: as they are sent.
  ///   - bodyBytes: how many of them are the body's.
  func produced(_ bytes: [UInt8], bodyBytes: Int, isLast: Bool, by writer: ConnectionWriter) {
    guard exchange?.writer === writer else { return }
    exchange?.responseBytes += bodyBytes
    machine.handle(.produced(isLast: isLast), now: .now)
    send(bytes.isEmpty ? [] : [ArraySlice(bytes)])
    run()
  }

  /// The streamed answer cannot be completed. Only an end without the last chunk can tell the client so.
  func productionFailed(_ writer: ConnectionWriter) {
    if exchange?.writer === writer { happened(.lost) }
  }
}
