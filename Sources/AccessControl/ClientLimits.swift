import Synchronization

/// Counts what each client asks for, and says when it is too much.
final class ClientLimits: Sendable {
  /// Clients remembered: some 100 bytes each.
  static let capacity = 65_536

  let rate: RequestRate?
  let concurrent: Int?
  private let table: Mutex<ClientTable>

  init(rate: RequestRate?, concurrent: Int?, capacity: Int = ClientLimits.capacity) {
    self.rate = rate
    self.concurrent = concurrent
    table = Mutex(ClientTable(capacity: capacity))
  }

  /// Counts a request as begun.
  func begin(_ client: Client, now: ContinuousClock.Instant) throws(AccessRefusal) -> Permit {
    let outcome: Result<Quota, AccessRefusal> = table.withLock { table in
      table.update(client) { entry in begin(&entry, now: now) }
    }
    return Permit(client: client, quota: try outcome.get(), limits: self)
  }

  private func begin(_ entry: inout ClientTable.Entry, now: ContinuousClock.Instant) -> Result<Quota, AccessRefusal> {
    if let concurrent, entry.underWay >= concurrent { return .failure(.tooManyAtOnce(quota: quota(entry))) }
    if let rate {
      var bucket = entry.bucket ?? TokenBucket(rate, now: now)
      let isWithin = bucket.take(rate, now: now)
      entry.bucket = bucket
      guard isWithin else { return .failure(.tooManyRequests(quota: quota(entry))) }
    }
    entry.underWay += 1
    return .success(quota(entry))
  }

  private func quota(_ entry: ClientTable.Entry) -> Quota {
    Quota(
      rate: rate, remaining: entry.bucket?.remaining ?? rate?.burst ?? 0,
      reset: rate.flatMap { entry.bucket?.reset($0) } ?? 1, concurrent: concurrent,
      concurrentRemaining: max(0, (concurrent ?? 0) - entry.underWay))
  }

  fileprivate func end(_ client: Client) {
    table.withLock { $0.update(client) { $0.underWay -= 1 } }
  }
}

/// A request under way; it counts until the last holder lets go.
public final class Permit: Sendable {
  public let quota: Quota
  private let client: Client
  private let limits: ClientLimits

  fileprivate init(client: Client, quota: Quota, limits: ClientLimits) {
    self.client = client
    self.quota = quota
    self.limits = limits
  }

  deinit { limits.end(client) }
}
