/// Why a batch queue refuses samples.
public enum BatchQueueError: Error, Hashable, Sendable {
  /// As many samples as fit are waiting or being computed.
  case full(capacity: Int, retryAfter: Duration)
  /// One request with more samples than the queue can ever hold.
  case tooManySamples(Int, capacity: Int)
  /// The server is stopping.
  case closed
}

extension BatchQueueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .full(let capacity, _): "the queue is full: it holds at most \(capacity) images or crops; try again later"
    case .tooManySamples(let count, let capacity):
      "one request holds \(count) images or crops; at most \(capacity) are accepted"
    case .closed: "the server is stopping and takes no new requests"
    }
  }
}
