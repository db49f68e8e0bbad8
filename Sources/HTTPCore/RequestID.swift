import HTTPTypes

/// The name by which a client, a proxy and the log speak of one request: its field `X-Request-Id`.
public enum RequestID {
  public static let maximumLength = 128

  /// What the client or a proxy calls the request; `nil` where there is nothing that can go into a log and an answer as
  /// it is: visible ASCII, once, of at most `maximumLength` characters.
  public static func kept(_ fields: HTTPFields) -> String? {
    let values = fields[values: .requestID]
    guard values.count == 1, (1...maximumLength).contains(values[0].utf8.count),
      values[0].utf8.allSatisfy(ASCII.isVisible)
    else { return nil }
    return values[0]
  }
}

extension HTTPField.Name {
  public static let requestID = Self("X-Request-Id")!
}
