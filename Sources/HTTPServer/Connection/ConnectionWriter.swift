import Dispatch
import HTTPCore
import Synchronization

/// Sends a streamed answer through its connection, one piece at a time: compressed where that was agreed, in chunks where
/// the client knows them.
///
/// `@unchecked Sendable`: the waiting producer and `isOver` are touched on the connection's queue only.
final class ConnectionWriter: ResponseWriter, @unchecked Sendable {
  private let connection: Connection
  private let isChunked: Bool
  /// Nil where the body is sent as it is.
  private let encoder: Mutex<ContentEncoder?>
  private let stop = Mutex(Stop())

  /// The producer, while its piece is on the way.
  private var waiter: CheckedContinuation<Void, any Error>?
  /// Whether no piece can be sent any more: the answer is complete, or nobody gets it.
  private var isOver = false

  private struct Stop {
    var hasBegun = false
    var action: (@Sendable () -> Void)?
  }

  init(_ connection: Connection, isChunked: Bool, coding: ContentCoding) {
    self.connection = connection
    self.isChunked = isChunked
    encoder = Mutex(coding == .identity ? nil : ContentEncoder(coding, memory: .small))
  }

  /// Runs the producer to its end; called by the handler's task.
  func run(_ stream: ResponseStream) async {
    do {
      try await stream.produce(self)
      try await send([], .end)
    } catch {
      connection.queue.async { [self] in connection.productionFailed(self) }
    }
  }

  func write(_ piece: [UInt8]) async throws {
    if !piece.isEmpty { try await send(piece, .piece) }
  }

  func onStop(_ action: @escaping @Sendable () -> Void) {
    let hasBegun = stop.withLock { stop in
      stop.action = action
      return stop.hasBegun
    }
    if hasBegun { action() }
  }

  private func send(_ piece: [UInt8], _ flush: ContentEncoder.Flush) async throws {
    let coded = encoder.withLock { $0?.encode(piece[...], flush) } ?? piece
    let bytes = framed(coded, isLast: flush == .end)
    try await withCheckedThrowingContinuation { continuation in
      connection.queue.async { [self] in
        deliver(bytes, bodyBytes: coded.count, isLast: flush == .end, continuation)
      }
    }
  }

  private func framed(_ piece: [UInt8], isLast: Bool) -> [UInt8] {
    guard isChunked else { return piece }
    return ChunkedBody.chunk(piece) + (isLast ? ChunkedBody.end : [])
  }

  private func deliver(
    _ bytes: [UInt8], bodyBytes: Int, isLast: Bool, _ continuation: CheckedContinuation<Void, any Error>
  ) {
    guard !isOver else { return continuation.resume(throwing: CancellationError()) }
    precondition(waiter == nil, "a streamed answer is written by one task, one piece after the other")
    waiter = continuation
    connection.produced(bytes, bodyBytes: bodyBytes, isLast: isLast, by: self)
    guard isLast else { return }
    // Nobody reports the last piece: the request is over with it.
    pieceSent()
    isOver = true
  }

  // MARK: Called by the connection, on its queue

  /// The kernel has taken the piece.
  func pieceSent() {
    waiter?.resume()
    waiter = nil
  }

  /// The client has left, or another answer was given: nothing more is sent.
  func fail() {
    isOver = true
    waiter?.resume(throwing: CancellationError())
    waiter = nil
  }

  /// Has the producer come to its end.
  func serverStops() {
    let action = stop.withLock { stop in
      stop.hasBegun = true
      return stop.action
    }
    action?()
  }
}
