/// What one client may still ask for: full at first, a token less for each request, refilled at a steady rate.
///
/// A plain value: time is passed in, and the rate is the same for all.
struct TokenBucket: Sendable {
  private var tokens: Double
  private var filled: ContinuousClock.Instant

  init(_ rate: RequestRate, now: ContinuousClock.Instant) {
    tokens = Double(rate.burst)
    filled = now
  }

  /// Takes a token; `false` where there is none.
  mutating func take(_ rate: RequestRate, now: ContinuousClock.Instant) -> Bool {
    let refill = max(0, (now - filled) / .seconds(1)) * rate.perSecond
    tokens = min(Double(rate.burst), tokens + refill)
    filled = now
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }

  /// Requests that may follow at once.
  var remaining: Int { Int(tokens) }

  /// Seconds, whole and at least one, until there is a token where there is none, else until the bucket is full.
  func reset(_ rate: RequestRate) -> Int {
    let missing = tokens < 1 ? 1 - tokens : Double(rate.burst) - tokens
    return max(1, Int((missing / rate.perSecond).rounded(.up)))
  }
}

/// How often a client may ask.
public struct RequestRate: Sendable, Hashable {
  /// In the long run.
  public let perSecond: Double
  /// At once, after a pause.
  public let burst: Int

  public init(perSecond: Double, burst: Int) {
    precondition(perSecond > 0 && burst > 0)
    self.perSecond = perSecond
    self.burst = burst
  }

  /// Seconds in which a whole burst comes back.
  var window: Int { max(1, Int((Double(burst) / perSecond).rounded(.up))) }
}
