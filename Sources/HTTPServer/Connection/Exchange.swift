import AccessControl
import HTTPCore
import HTTPTypes

/// One request on its way through a connection, from its header to the last byte of its answer.
struct Exchange {
  /// What becomes of a request, decided once its header is read.
  enum Plan {
    /// Answered by the handler once its body is there.
    case handle(Route, Route.Handler)
    /// OPTIONS that no route answers itself.
    case options(PathOptions)
    /// Answered by its header alone; a body is thrown away.
    case refuse(ServerFailure)
    /// The same with an answer of the route's own.
    case answer(ServerResponse)
  }

  /// Nil when the header could not be read: then only a failure is answered.
  var head: RequestHead?
  let identity: RequestIdentity
  var plan: Plan?
  /// What the request is meant for, whether or not it gets there.
  var destination: (route: Route, parameters: PathParameters)?
  var body: [UInt8] = []
  /// Expands the body as it arrives; nil when it comes as it is.
  var decoder: ContentDecoder?
  var reservation: BodyReservation?
  /// Takes the body in pieces, where the route asks for that.
  var bodyStream: RequestBodyStream?
  /// Counts the request for its client until it is answered.
  var permit: Permit?
  var began: ContinuousClock.Instant
  var task: Task<Void, Never>?
  /// Gives the answer in pieces, once a streamed answer has begun.
  var writer: ConnectionWriter?
  /// What the access log needs once the answer is written.
  var status: HTTPResponse.Status = .ok
  var responseBytes = 0

  /// Whether pages of other origins learn nothing, nor get leave to ask: the request, or the one that a preflight asks
  /// for, changes the server's state.
  var isClosedToOtherOrigins: Bool {
    if let destination { return destination.route.changesState }
    guard case .options(let options) = plan else { return false }
    return head.map { options.isClosedPreflight($0.request) } ?? false
  }

  init(head: RequestHead?, began: ContinuousClock.Instant) {
    self.head = head
    identity = RequestIdentity(head?.request.headerFields ?? [:])
    self.began = began
  }

  /// Lets go of what a handler may still work on: nobody waits for it any more.
  mutating func abandon(_ reason: any Error) {
    task?.cancel()
    bodyStream?.fail(reason)
    writer?.fail()
    // Memory is not kept for as long as the client takes to read.
    body = []
    reservation = nil
  }

  func record(remote: String, now: ContinuousClock.Instant) -> AccessRecord {
    AccessRecord(
      identity: identity, method: head?.request.method,
      path: head.map { String($0.target.received.prefix { $0 != "?" }) },
      routeName: destination?.route.name, status: status, responseBytes: responseBytes, duration: now - began,
      remoteAddress: remote, notes: destination.map { $0.route.notes($0.parameters) } ?? [:])
  }
}
