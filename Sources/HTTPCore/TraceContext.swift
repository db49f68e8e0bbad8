import HTTPTypes

/// A caller's place in a distributed trace, from its `traceparent` field (W3C Trace Context, section 3.2).
public struct TraceContext: Sendable, Hashable {
  /// 32 hexadecimal digits in lower case, not all 0.
  public let traceID: String
  /// The caller's own span: 16 hexadecimal digits in lower case, not all 0.
  public let parentID: String
  /// Two hexadecimal digits, of which the last bit says whether the caller records the trace.
  public let flags: String

  /// `nil` where there is no such field, more than one, or one that is not valid: the trace then begins anew.
  public init?(_ fields: HTTPFields) {
    let values = fields[values: .traceParent]
    guard values.count == 1 else { return nil }
    self.init(values[0])
  }

  /// Reads `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`.
  ///
  /// Later versions may have more fields behind these (section 4.3); version 00 has none, and ff is no version.
  public init?(_ value: String) {
    let parts = value.utf8.split(separator: ASCII.hyphen, maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count >= 4, zip(parts, [2, 32, 16, 2]).allSatisfy({ Self.isHexadecimal($0, digits: $1) }) else {
      return nil
    }
    let texts = parts.prefix(4).map { String(Substring($0)) }
    guard texts[0] != "ff", texts[0] != "00" || parts.count == 4 else { return nil }
    guard !Self.isZero(texts[1]), !Self.isZero(texts[2]) else { return nil }
    (traceID, parentID, flags) = (texts[1], texts[2], texts[3])
  }

  /// The value of `traceresponse`, which tells the caller which span answered (W3C Trace Context, draft of level 3).
  public func response(spanID: String) -> String { "00-\(traceID)-\(spanID)-\(flags)" }

  private static func isHexadecimal(_ text: Substring.UTF8View, digits: Int) -> Bool {
    text.count == digits
      && text.allSatisfy { ASCII.isDigit($0) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f")) }
  }

  private static func isZero(_ digits: String) -> Bool { digits.allSatisfy { $0 == "0" } }
}

extension HTTPField.Name {
  public static let traceParent = Self("traceparent")!
  public static let traceResponse = Self("traceresponse")!
}
