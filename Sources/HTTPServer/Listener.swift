import Dispatch
import Logging

/// Accepts connections from one listening socket and hands them on.
///
/// `@unchecked Sendable`: all mutable state is touched on `queue` only, which every method asserts or enters.
final class Listener: @unchecked Sendable {
  typealias Accepted = @Sendable (Socket, _ remote: String) -> Void

  /// Connections accepted in one go, so that a flood does not hold the queue forever.
  private static let batch = 64
  /// Pause when descriptors run out; existing connections get the time to end.
  private static let exhaustedPause = DispatchTimeInterval.milliseconds(100)

  let socket: ListeningSocket
  private let queue: DispatchQueue
  private let source: any DispatchSourceRead
  private let accepted: Accepted
  private let logger: Logger?
  private var isPaused = false
  private var isStopping = false

  init(_ socket: ListeningSocket, logger: Logger?, accepted: @escaping Accepted) {
    self.socket = socket
    self.logger = logger
    self.accepted = accepted
    queue = DispatchQueue(label: "convserve.listener", target: .global())
    source = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: queue)
  }

  func start() {
    source.setEventHandler { [self] in acceptBatch() }
    source.activate()
  }

  /// Takes what waits in the backlog, then closes the socket; returns when it is closed.
  func stop() async {
    await withCheckedContinuation { continuation in
      queue.async { [self] in
        precondition(!isStopping, "a listener stops once")
        isStopping = true
        while acceptOne() {}
        source.setCancelHandler { [socket] in
          socket.close()
          continuation.resume()
        }
        source.cancel()
        if isPaused { source.resume() }
      }
    }
  }

  private func acceptBatch() {
    dispatchPrecondition(condition: .onQueue(queue))
    for _ in 0..<Self.batch {
      guard acceptOne() else { return }
    }
  }

  /// Whether it is worth trying again at once.
  private func acceptOne() -> Bool {
    switch socket.accept() {
    case .connection(let connection, let remote):
      accepted(connection, remote)
      return true
    case .wouldBlock:
      return false
    case .exhausted(let error):
      logger?.warning("cannot accept connections for now: \(error)")
      pause()
      return false
    case .failed(let error):
      // The connection went away while it waited; the next one may be fine.
      logger?.debug("a connection was lost before it was accepted: \(error)")
      return true
    }
  }

  private func pause() {
    guard !isPaused, !isStopping else { return }
    isPaused = true
    source.suspend()
    queue.asyncAfter(deadline: .now() + Self.exhaustedPause) { [self] in
      guard isPaused, !isStopping else { return }
      isPaused = false
      source.resume()
    }
  }
}
