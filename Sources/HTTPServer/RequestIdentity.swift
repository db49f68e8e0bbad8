import HTTPCore
import HTTPTypes

/// What names a request for those who follow it through logs and traces.
public struct RequestIdentity: Sendable, Hashable {
  /// The client's `X-Request-Id`, or 32 random hexadecimal digits.
  public let id: String
  /// Who called, where a trace runs through the request.
  public let trace: TraceContext?
  /// This request's own span in that trace: 16 random hexadecimal digits.
  public let spanID: String

  /// - Parameter fields: the request's; none where it could not be read.
  public init(_ fields: HTTPFields = [:]) {
    id = RequestID.kept(fields) ?? Self.randomDigits() + Self.randomDigits()
    trace = TraceContext(fields)
    spanID = Self.randomDigits()
  }

  /// What every answer carries.
  var answerFields: HTTPFields {
    var answer: HTTPFields = [.requestID: id]
    if let trace { answer[.traceResponse] = trace.response(spanID: spanID) }
    return answer
  }

  /// 16 digits, not all 0, as span ids must be.
  private static func randomDigits() -> String {
    let digits = String(UInt64.random(in: 1...UInt64.max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
