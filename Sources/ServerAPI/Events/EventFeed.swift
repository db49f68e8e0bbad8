import Dispatch
import Foundation
import HTTPCore
import Synchronization

/// One series of events for all who listen, an event a second. Each is made once, however many listen.
///
/// It runs while somebody listens and for a minute longer, so that a client that lost its connection finds the events that
/// it missed.
final class EventFeed: Sendable {
  /// Names an event across restarts of the server: when the feed was made, and the event's number.
  struct EventID: Sendable, Equatable, CustomStringConvertible {
    let feed: Int
    let number: Int

    var description: String { "\(feed)-\(number)" }
  }

  /// One listener's events, ready to be sent.
  struct Subscription: Sendable {
    fileprivate let key: Int
    let events: AsyncStream<[UInt8]>
    private let continuation: AsyncStream<[UInt8]>.Continuation

    fileprivate init(
      key: Int, _ stream: (stream: AsyncStream<[UInt8]>, continuation: AsyncStream<[UInt8]>.Continuation)
    ) {
      self.key = key
      events = stream.stream
      continuation = stream.continuation
    }

    /// Ends `events` behind those that wait.
    func finish() { continuation.finish() }

    fileprivate func yield(_ event: [UInt8]) { continuation.yield(event) }
  }

  /// Events kept for clients that come back.
  static let historyLength = 60
  /// Events that may wait for a listener; a slower one misses the oldest.
  private static let backlog = 64

  private let feed = Int(Date().timeIntervalSince1970)
  private let name: String
  private let makeData: @Sendable () -> [UInt8]
  private let queue = DispatchQueue(label: "convserve.events", qos: .utility)
  private let state = Mutex(State())

  private struct State {
    var subscriptions: [Int: Subscription] = [:]
    var nextKey = 0
    var nextNumber = 0
    var history: [(number: Int, bytes: [UInt8])] = []
    var timer: (any DispatchSourceTimer)?
    /// Events made since the last listener left.
    var unheard = 0
  }

  /// - Parameters:
  ///   - name: the type of the events.
  ///   - data: makes the data of the next event.
  init(name: String, data: @escaping @Sendable () -> [UInt8]) {
    self.name = name
    makeData = data
  }

  /// - Parameter last: the last event that the client has; the events behind it that are still kept come first.
  func subscribe(after last: EventID? = nil) -> Subscription {
    state.withLock { state in
      let subscription = Subscription(
        key: state.nextKey, AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.backlog)))
      state.nextKey += 1
      state.subscriptions[subscription.key] = subscription
      if let last, last.feed == feed {
        for event in state.history where event.number > last.number { subscription.yield(event.bytes) }
      }
      if state.timer == nil { state.timer = startTimer() }
      return subscription
    }
  }

  func unsubscribe(_ subscription: Subscription) {
    subscription.finish()
    state.withLock { $0.subscriptions[subscription.key] = nil }
  }

  private func startTimer() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.setEventHandler { [weak self] in self?.tick() }
    timer.schedule(deadline: .now(), repeating: .seconds(1), leeway: .milliseconds(20))
    timer.activate()
    return timer
  }

  private func tick() {
    let data = String(decoding: makeData(), as: UTF8.self)
    let listeners = state.withLock { state in
      let id = EventID(feed: feed, number: state.nextNumber)
      let bytes = ServerSentEvent(id: id.description, name: name, data: data).bytes
      state.history = state.history.suffix(Self.historyLength - 1) + [(state.nextNumber, bytes)]
      state.nextNumber += 1
      stopIfUnheard(&state)
      return state.subscriptions.values.map { ($0, bytes) }
    }
    for (subscription, bytes) in listeners { subscription.yield(bytes) }
  }

  private func stopIfUnheard(_ state: inout State) {
    state.unheard = state.subscriptions.isEmpty ? state.unheard + 1 : 0
    guard state.unheard >= Self.historyLength else { return }
    state.timer?.cancel()
    state.timer = nil
    state.unheard = 0
    // Whoever comes later is told of now, not of then.
    state.history = []
  }
}

extension EventFeed.EventID {
  /// Reads what a client sends back; nil where no feed of ours gave it.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    // Every Int has room for 18 digits; openapi.yaml names the same bound.
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count <= 18 }), let feed = DecimalNumber.whole(parts[0]),
      let number = DecimalNumber.whole(parts[1])
    else { return nil }
    self.init(feed: feed, number: number)
  }
}
