import Foundation

/// Why a request may not go on.
public enum AccessRefusal: Error, Sendable, Hashable {
  case keyMissing
  case keyUnknown
  case keyExpired(name: String, at: Date)
  case scopeMissing(key: String, needed: Scope)
  case tooManyRequests(quota: Quota)
  case tooManyAtOnce(quota: Quota)
}

extension AccessRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .keyMissing: "This needs an API key: send Authorization: Bearer KEY, or X-API-Key: KEY."
    case .keyUnknown: "The API key is not known here."
    case .keyExpired(let name, let moment): "The API key \(name) has expired at \(moment.ISO8601Format())."
    case .scopeMissing(let key, let needed):
      "The API key \(key) does not have the scope \(needed.rawValue), which this needs."
    case .tooManyRequests(let quota):
      "This client has used up its \(quota.rate.map { "\($0.burst)" } ?? "") requests; "
        + "the next one is possible in \(quota.retryAfter) s."
    case .tooManyAtOnce(let quota):
      "This client has \(quota.concurrent ?? 0) requests under way, as many as it may; wait for an answer first."
    }
  }
}
