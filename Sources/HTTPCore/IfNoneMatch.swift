import HTTPTypes

/// The tags of answers that a client has already, so that none of them need be sent again (RFC 9110 section 13.1.2).
public enum IfNoneMatch: Sendable, Hashable {
  /// `*`: whatever the answer is, the client has one.
  case any
  case tags([EntityTag])

  /// The field of a request.
  ///
  /// It is nil without one, and where one breaks the grammar: then the answer is sent, which is never wrong.
  public init?(_ fields: HTTPFields) {
    guard fields.contains(.ifNoneMatch) else { return nil }
    // Several lines are one list (section 5.3).
    let bytes = Array(fields[values: .ifNoneMatch].joined(separator: ",").utf8)
    if ASCII.trimmingBlanks(bytes[...]) == [UInt8(ascii: "*")] {
      self = .any
    } else if let tags = Self.tags(bytes[...]) {
      self = .tags(tags)
    } else {
      return nil
    }
  }

  /// Whether the client has the answer of this tag.
  public func includes(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .tags(let tags): tags.contains { $0.isEquivalent(to: tag) }
    }
  }

  /// Tags separated by commas, which tags may hold themselves; empty elements do not count (section 5.6.1.2).
  private static func tags(_ bytes: ArraySlice<UInt8>) -> [EntityTag]? {
    var tags: [EntityTag] = []
    var rest = bytes
    while true {
      rest = rest.drop { ASCII.isBlank($0) || $0 == ASCII.comma }
      if rest.isEmpty { return tags.isEmpty ? nil : tags }
      guard let tag = EntityTag(takingFrom: &rest) else { return nil }
      tags.append(tag)
      rest = rest.drop(while: ASCII.isBlank)
      guard rest.isEmpty || rest.first == ASCII.comma else { return nil }
    }
  }
}
