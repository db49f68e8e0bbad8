import Dispatch
import Glibc

/// SIGTERM and SIGINT, which ask the program to stop; a second one ends it at once.
///
/// `@unchecked Sendable`: the sources are never touched again, only held, so that they go on listening.
final class StopSignals: @unchecked Sendable {
  private let stream: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.stream = stream
    sources = [SIGTERM, SIGINT].map { number in
      // The default action would end the process before the source hears of the signal.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        // First, so that whoever sees that the server stops can end it at once.
        signal(number, SIG_DFL)
        continuation.yield(number)
      }
      source.resume()
      return source
    }
  }

  /// Returns when the first signal has come.
  func wait() async {
    for await _ in stream { return }
  }
}
