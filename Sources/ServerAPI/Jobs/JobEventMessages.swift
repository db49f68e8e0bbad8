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

/// Events as they come, and a sign of life in between.
struct JobEventMessages: Sendable {
  let messages: AsyncStream<JobEventMessage>
  private let continuation: AsyncStream<JobEventMessage>.Continuation

  /// - Parameter patience: silence after which a sign of life is given.
  init(_ events: AsyncStream<JobEvent>, patience: Duration) {
    let (messages, continuation) = AsyncStream.makeStream(of: JobEventMessage.self)
    self.messages = messages
    self.continuation = continuation
    let clock = LastSign()
    let forwarding = Task {
      for await event in events {
        clock.set(.now)
        continuation.yield(.event(event))
      }
      continuation.finish()
    }
    let breathing = Task {
      while (try? await Task.sleep(until: clock.instant + patience, clock: .continuous)) != nil {
        guard clock.instant + patience <= .now else { continue }
        clock.set(.now)
        continuation.yield(.silence)
      }
    }
    continuation.onTermination = { _ in
      forwarding.cancel()
      breathing.cancel()
    }
  }

  /// Ends `messages` behind those that wait.
  func finish() { continuation.finish() }
}

/// When something was sent last.
private final class LastSign: Sendable {
  private let last = Mutex(ContinuousClock.now)

  var instant: ContinuousClock.Instant { last.withLock { $0 } }

  func set(_ instant: ContinuousClock.Instant) { last.withLock { $0 = instant } }
}
