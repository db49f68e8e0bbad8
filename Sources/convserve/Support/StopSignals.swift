import Dispatch
import Glibc

/// SIGTERM and SIGINT, which ask the program to stop; a second one ends it at once.
///
/// `@unchecked Sendable`: the sources are never touched again, only held, so that they go on listening.
final class StopSignals: @unchecked Sendable {
  private let stream: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  /// Returns once the signals are heard; before, they end the program as ever. They must not be ignored meanwhile: Dispatch
  /// sets itself up on a thread of its own, and a signal that came first would be lost.
  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.stream = stream
    let registrations = DispatchGroup()
    sources = [SIGTERM, SIGINT].map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        // First, so that whoever sees that the server stops can end it at once.
        signal(number, SIG_DFL)
        continuation.yield(number)
      }
      registrations.enter()
      source.setRegistrationHandler { registrations.leave() }
      source.resume()
      return source
    }
    registrations.wait()
  }

  /// Returns when the first signal has come: its number, or nothing where the task was cancelled.
  @discardableResult
  func wait() async -> Int32? {
    for await number in stream { return number }
    return nil
  }
}
