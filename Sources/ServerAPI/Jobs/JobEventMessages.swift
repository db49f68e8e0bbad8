import HTTPCore
import Jobs
import Synchronization

/// What a stream of a job's events sends, one after the other.
enum JobEventMessage: Sendable {
  case event(JobEvent)
  /// Nothing has happened for a while; the connection is to be kept all the same.
  case silence

  var bytes: [UInt8] {
    switch self {
    case .event(let event):
      ServerSentEvent(id: String(event.sequence), name: event.kind.rawValue, data: event.json).bytes
    case .silence: Array(": still here\n\n".utf8)
    }
  }
}

/// Events as they come, and a sign of life in between. The next event is asked for once the one before is sent: a slow client
/// has none wait in memory.
struct JobEventMessages: Sendable {
  private let messages: AsyncStream<JobEventMessage>
  private let continuation: AsyncStream<JobEventMessage>.Continuation
  /// Each stands for an event that was sent.
  private let receipts: AsyncStream<Void>.Continuation

  /// - Parameter patience: silence after which a sign of life is given.
  init(_ events: AsyncStream<JobEvent>, patience: Duration) {
    let (messages, continuation) = AsyncStream.makeStream(of: JobEventMessage.self)
    let (receipts, receipt) = AsyncStream.makeStream(of: Void.self)
    (self.messages, self.continuation, self.receipts) = (messages, continuation, receipt)
    let last = LastSign()
    let forwarding = Task {
      var receipts = receipts.makeAsyncIterator()
      for await event in events {
        continuation.yield(.event(event))
        guard await receipts.next() != nil else { break }
        last.set(.now)
      }
      continuation.finish()
    }
    let breathing = Task {
      while (try? await Task.sleep(until: last.instant + patience, clock: .continuous)) != nil {
        guard last.instant + patience <= .now else { continue }
        last.set(.now)
        continuation.yield(.silence)
      }
    }
    continuation.onTermination = { _ in
      forwarding.cancel()
      breathing.cancel()
    }
  }

  /// Returns when there are no more events, or `finish` was called.
  func forEach(_ send: ([UInt8]) async throws -> Void) async throws {
    defer { finish() }
    for await message in messages {
      try await send(message.bytes)
      if case .event = message { receipts.yield() }
    }
  }

  /// Ends it behind what is being sent.
  func finish() {
    continuation.finish()
    receipts.finish()
  }
}

/// When something was sent last.
private final class LastSign: Sendable {
  private let last = Mutex(ContinuousClock.now)

  var instant: ContinuousClock.Instant { last.withLock { $0 } }

  func set(_ instant: ContinuousClock.Instant) { last.withLock { $0 = instant } }
}
