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
  /// Counts the request for its client until it is answered.
  var permit: Permit?
  /// Whether `100 Continue` may still be asked for.
  var awaitsContinue: Bool
  var began: ContinuousClock.Instant
  var task: Task<Void, Never>?
  /// Whether the answer goes out before the body, which nobody wants, has come.
  var isAnsweredEarly = false
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
    awaitsContinue = head?.expectsContinue ?? false
    // What is announced is a promise, not data: memory follows the bytes beyond the first 64 KiB.
    if case .length(let length) = head?.framing { body.reserveCapacity(min(length, 64 << 10)) }
  }

  func record(remote: String, now: ContinuousClock.Instant) -> AccessRecord {
    AccessRecord(
      identity: identity, method: head?.request.method,
      path: head.map { String($0.target.received.prefix { $0 != "?" }) },
      routeName: destination?.route.name, status: status, responseBytes: responseBytes, duration: now - began,
      remoteAddress: remote, notes: destination.map { $0.route.notes($0.parameters) } ?? [:])
  }
}
