/// What a client may still do, as answers tell it.
public struct Quota: Sendable, Hashable {
  public let rate: RequestRate?
  /// Requests that may follow at once.
  public let remaining: Int
  /// Seconds until there are more of them.
  public let reset: Int
  /// The most requests at a time.
  public let concurrent: Int?
  /// Requests that may be under way besides those that are.
  public let concurrentRemaining: Int

  /// Seconds after which a refused client may try again.
  public var retryAfter: Int { rate != nil && remaining == 0 ? reset : 1 }

  /// `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers: a list of policies, each with its quota `q`, its window
  /// of `w` seconds, and its unit `qu` where that is not requests.
  public var policyField: String {
    let policies = [
      rate.map { "\"requests\";q=\($0.burst);w=\($0.window)" },
      concurrent.map { "\"concurrency\";q=\($0);qu=\"concurrent-requests\"" },
    ]
    return policies.compactMap(\.self).joined(separator: ", ")
  }

  /// `RateLimit` of the same draft: what remains, `r`, and the seconds until there is more, `t`.
  public var stateField: String {
    let states = [
      rate.map { _ in "\"requests\";r=\(remaining);t=\(reset)" },
      concurrent.map { _ in "\"concurrency\";r=\(concurrentRemaining)" },
    ]
    return states.compactMap(\.self).joined(separator: ", ")
  }
}
