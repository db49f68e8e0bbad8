import AccessControl
import HTTPCore
import HTTPTypes

/// Whether a client may do what its header asks for.
extension Connection {
  /// Counts the request for its client; nil where it may go on.
  func admit(_ head: RequestHead, _ resolution: Router.Resolution) -> AccessRefusal? {
    do throws(AccessRefusal) {
      exchange?.permit = try server.access.admit(
        resolution.access, secret: head.request.headerFields.apiKey, address: remote)
      return nil
    } catch {
      return error
    }
  }

  /// Why the request may not change the server's state; nil where it may, or where its route changes none.
  func stateChangeRefusal(_ head: RequestHead, at route: Route) -> StateChangeRefusal? {
    guard route.changesState else { return nil }
    return StateChangePolicy.refusal(
      of: head, from: remote, scheme: server.scheme, hasKeys: server.access.hasKeys(for: route.access),
      bodyTypes: route.changeBodyTypes)
  }

  /// What else the client may do.
  func permissions(_ head: RequestHead) -> ClientPermissions {
    let (policy, remote, scheme) = (server.access, remote, server.scheme)
    return ClientPermissions(asksForKeys: policy.asksForKeys) { access, changesState in
      guard policy.allows(access, secret: head.request.headerFields.apiKey) else { return false }
      let hasKeys = policy.hasKeys(for: access)
      return !changesState
        || StateChangePolicy.refusal(of: head, from: remote, scheme: scheme, hasKeys: hasKeys) == nil
    }
  }

  /// Whether keys are asked for, though not here, and the client has shown none that counts.
  func isFromStranger(_ head: RequestHead) -> Bool {
    if case .scope = exchange?.destination?.route.access { return false }
    return server.access.isStranger(secret: head.request.headerFields.apiKey)
  }
}

extension AccessPolicy {
  /// Whether whoever uses an operation has shown a key. One that needs none is as open as a server without keys.
  fileprivate func hasKeys(for access: Access) -> Bool {
    if case .scope = access { asksForKeys } else { false }
  }
}

extension Router.Resolution {
  /// Browsers send no key with a preflight, and what is not there needs none.
  fileprivate var access: Access {
    switch self {
    case .route(let route, _): route.access
    case .options, .failure: .open
    }
  }
}

extension HTTPFields {
  /// The key of `Authorization: Bearer KEY` (RFC 6750 section 2.1), else that of `X-API-Key: KEY`.
  fileprivate var apiKey: String? {
    let words = (self[.authorization] ?? "").split(separator: " ")
    if words.count == 2, words[0].lowercased() == "bearer" { return String(words[1]) }
    return self[.apiKey]
  }
}

extension HTTPField.Name {
  fileprivate static let apiKey = HTTPField.Name("X-API-Key")!
  fileprivate static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
  fileprivate static let rateLimit = HTTPField.Name("RateLimit")!
}

extension Quota {
  /// What every answer says of it.
  var fields: HTTPFields { [.rateLimitPolicy: policyField, .rateLimit: stateField] }

  fileprivate var refusalFields: HTTPFields {
    var fields = fields
    fields[.retryAfter] = String(retryAfter)
    return fields
  }
}

extension AccessRefusal {
  var status: HTTPResponse.Status {
    switch self {
    case .keyMissing, .keyUnknown, .keyExpired: .unauthorized
    case .scopeMissing: .forbidden
    case .tooManyRequests, .tooManyAtOnce: .tooManyRequests
    }
  }

  /// A challenge (RFC 6750 section 3), or when to come back.
  var fields: HTTPFields {
    switch self {
    case .keyMissing: [.wwwAuthenticate: "Bearer realm=\"convserve\""]
    case .keyUnknown, .keyExpired: [.wwwAuthenticate: "Bearer realm=\"convserve\", error=\"invalid_token\""]
    case .scopeMissing(_, let needed):
      [.wwwAuthenticate: "Bearer realm=\"convserve\", error=\"insufficient_scope\", scope=\"\(needed.rawValue)\""]
    case .tooManyRequests(let quota), .tooManyAtOnce(let quota):
      quota.refusalFields
    }
  }
}
