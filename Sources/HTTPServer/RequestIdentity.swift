import HTTPCore
import HTTPTypes

/// What names a request for those who follow it through logs and traces.
public struct RequestIdentity: Sendable, Hashable {
  /// A request's own part of a distributed trace.
  public struct Span: Sendable, Hashable {
    public let caller: TraceContext
    /// 16 random hexadecimal digits.
    public let id: String
  }

  /// The client's `X-Request-Id`, or 32 random hexadecimal digits.
  public let id: String
  /// Nil where no trace runs through the request.
  public let span: Span?

  /// - Parameter fields: the request's; none where it could not be read.
  public init(_ fields: HTTPFields = [:]) {
    id = RequestID.kept(fields) ?? Self.randomDigits() + Self.randomDigits()
    span = TraceContext(fields).map { Span(caller: $0, id: Self.randomDigits()) }
  }

  /// What every answer carries.
  var answerFields: HTTPFields {
    var answer: HTTPFields = [.requestID: id]
    if let span { answer[.traceResponse] = span.caller.response(spanID: span.id) }
    return answer
  }

  /// 16 digits, not all 0, as span ids must be.
  private static func randomDigits() -> String {
    var rest = UInt64.random(in: 1...UInt64.max)
    return String(unsafeUninitializedCapacity: 16) { digits in
      for index in 0..<16 {
        let digit = UInt8(rest & 0xF)
        digits.initializeElement(at: index, to: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        rest >>= 4
      }
      return 16
    }
  }
}
