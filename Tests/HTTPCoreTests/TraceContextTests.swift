import HTTPCore
import HTTPTypes
import Testing

/// W3C Trace Context, https://www.w3.org/TR/trace-context/; the examples are the specification's own.
@Suite("Trace context")
struct TraceContextTests {
  @Test("the specification's example is read")
  func example() throws {
    let trace = try #require(TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
    #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(trace.parentID == "00f067aa0ba902b7")
    #expect(trace.flags == "01")
    #expect(trace.response(spanID: "b7ad6b7169203331") == "00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01")
  }

  @Test(
    "a later version may have more behind a dash (section 4.3)",
    arguments: [
      "cc-12345678901234567890123456789012-1234567890123456-01",
      "cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
    ])
  func laterVersions(_ value: String) {
    #expect(TraceContext(value)?.traceID == "12345678901234567890123456789012")
  }

  @Test(
    "what is not valid is no trace (section 3.2.2)",
    arguments: [
      "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
      // Upper case, wrong lengths, and what is no digit.
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e47361-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
      "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
      "00.4bf92f3577b34da6a3ce929d0e0e4736.00f067aa0ba902b7.01",
      // All zeros, and the version that is none.
      "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
      "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      // Version 00 has four fields.
      "00-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
      "00-12345678901234567890123456789012-1234567890123456-01-",
      "cc-12345678901234567890123456789012-1234567890123456-01.x",
    ])
  func invalid(_ value: String) { #expect(TraceContext(value) == nil) }

  @Test("two fields are no trace")
  func repeated() {
    let value = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    var fields: HTTPFields = [.traceParent: value]
    #expect(TraceContext(fields) != nil)
    fields.append(HTTPField(name: .traceParent, value: value))
    #expect(TraceContext(fields) == nil)
  }
}

@Suite("Request id")
struct RequestIDTests {
  @Test(
    "visible ASCII of at most 128 characters is kept", arguments: ["1", "a/b+c=", String(repeating: "x", count: 128)])
  func kept(_ value: String) { #expect(RequestID.kept([.requestID: value]) == value) }

  @Test(
    "anything else is not",
    arguments: ["", "a b", "a\tb", "é", "a\u{1b}[31m", String(repeating: "x", count: 129)])
  func refused(_ value: String) { #expect(RequestID.kept([.requestID: value]) == nil) }

  @Test("two are not")
  func repeated() {
    var fields: HTTPFields = [.requestID: "a"]
    fields.append(HTTPField(name: .requestID, value: "b"))
    #expect(RequestID.kept(fields) == nil)
  }
}
