import HTTPCore
import HTTPTypes

/// One request on its way through a connection, from its header to the last byte of its answer.
struct Exchange {
  /// Nil when the header could not be read: then only a failure is answered.
  var head: RequestHead?
  var resolution: Router.Resolution?
  var body: [UInt8] = []
  /// Whether `100 Continue` may still be asked for.
  var awaitsContinue: Bool
  var began: ContinuousClock.Instant
  var task: Task<Void, Never>?
  /// What the access log needs once the answer is written.
  var status: HTTPResponse.Status = .ok
  var responseBytes = 0

  init(head: RequestHead?, resolution: Router.Resolution?, began: ContinuousClock.Instant) {
    self.head = head
    self.resolution = resolution
    self.began = began
    awaitsContinue = head?.expectsContinue ?? false
    // What is announced is a promise, not data: memory follows the bytes beyond the first MiB.
    if case .length(let length) = head?.framing { body.reserveCapacity(min(length, 1 << 20)) }
  }

  func record(remote: String, now: ContinuousClock.Instant) -> AccessRecord {
    var routeName: String?
    if case .route(let route, _) = resolution { routeName = route.name }
    return AccessRecord(
      method: head?.request.method, path: head.map { String($0.target.received.prefix { $0 != "?" }) },
      routeName: routeName, status: status, responseBytes: responseBytes, duration: now - began,
      remoteAddress: remote)
  }
}
