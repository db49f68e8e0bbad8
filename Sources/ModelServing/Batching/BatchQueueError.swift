/// The reason why a batch queue refuses samples.
public enum BatchQueueError: Error, Hashable, Sendable {
  /// The queue holds as many samples as `capacity` allows. `retryAfter` estimates when the samples admitted before
  /// are answered.
  case full(capacity: Int, retryAfter: Duration)
  /// The answer would come after the deadline of the request, because of the samples admitted before. `estimate` is
  /// the expected time to the answer, and `retryAfter` is the part of it beyond the deadline.
  case tooLate(estimate: Duration, retryAfter: Duration)
  /// One request has more samples than the queue can ever hold.
  case tooManySamples(Int, capacity: Int)
  /// The queue takes no requests any more: the server stops, or the model was replaced or unloaded.
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
  /// The reason in words for the client, without `retryAfter`.
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
