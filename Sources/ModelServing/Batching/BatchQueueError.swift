/// Why a batch queue refuses samples.
public enum BatchQueueError: Error, Hashable, Sendable {
  /// As many samples as fit are waiting or being computed.
  case full(capacity: Int, retryAfter: Duration)
  /// The answer would come after the request's deadline: what was admitted before takes so long.
  case tooLate(estimate: Duration, retryAfter: Duration)
  /// One request with more samples than the queue can ever hold.
  case tooManySamples(Int, capacity: Int)
  /// The server is stopping.
  case closed
}

extension Duration {
  /// Two digits of seconds or milliseconds.
  fileprivate var readable: String {
    let milliseconds = max(1, Int(milliseconds.rounded()))
    return milliseconds < 1000 ? "\(milliseconds) ms" : "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
  }
}

extension BatchQueueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .full(let capacity, _): "the queue is full: it holds at most \(capacity) images or crops; try again later"
    case .tooLate(let estimate, _):
      "the queue is too long for this request's deadline: an answer would take about \(estimate.readable)"
    case .tooManySamples(let count, let capacity):
      "one request holds \(count) images or crops; at most \(capacity) are accepted"
    case .closed: "the server is stopping and takes no new requests"
    }
  }
}
