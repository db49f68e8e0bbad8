import Synchronization

/// Running totals of the server, readable at any time from any thread.
public final class ServerCounters: Sendable {
  private let open = Atomic<Int>(0)
  private let accepted = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)
  private let received = Atomic<Int>(0)
  private let sent = Atomic<Int>(0)

  public init() {}

  /// Connections open now, those being refused or closing included.
  public var connectionsOpen: Int { open.load(ordering: .relaxed) }
  /// Connections accepted since the start.
  public var connectionsAccepted: Int { accepted.load(ordering: .relaxed) }
  /// Connections turned away because all were taken.
  public var connectionsRefused: Int { refused.load(ordering: .relaxed) }

  /// Bytes read from connections, headers included.
  public var bytesReceived: Int { received.load(ordering: .relaxed) }
  /// Bytes written to connections, headers included.
  public var bytesSent: Int { sent.load(ordering: .relaxed) }

  func connectionOpened() {
    open.add(1, ordering: .relaxed)
    accepted.add(1, ordering: .relaxed)
  }

  func connectionClosed() { open.subtract(1, ordering: .relaxed) }
  func connectionRefused() { refused.add(1, ordering: .relaxed) }
  func bytesReceived(_ count: Int) { received.add(count, ordering: .relaxed) }
  func bytesSent(_ count: Int) { sent.add(count, ordering: .relaxed) }
}
