import Architectures
import Foundation
import HTTPServer
import HTTPTypes
import ModelServing
import NetworkAnalysis
import NetworkGraph
import Testing

@testable import ServerAPI

/// Our JSON beside Foundation's, byte by byte.
@Suite("JSON")
struct JSONWriterTests {
  /// The same as `encodedJSON`, by Foundation.
  private static func reference(_ value: some Encodable, pretty: Bool) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return [UInt8](try encoder.encode(value)) + Array("\n".utf8)
  }

  private func compare(_ value: some Encodable, _ comment: String = "") throws {
    for pretty in [false, true] {
      let (ours, reference) = (encodedJSON(value, pretty: pretty), try Self.reference(value, pretty: pretty))
      // Only what differs: a whole answer would drown the message.
      let (left, right) = (Self.excerpt(ours, beside: reference), Self.excerpt(reference, beside: ours))
      #expect(left == right, "\(type(of: value)) \(comment) \(pretty ? "indented" : "")")
    }
  }

  private static func excerpt(_ text: [UInt8], beside other: [UInt8]) -> String {
    let equal = zip(text, other).prefix { $0 == $1 }.count
    return String(decoding: text[max(0, equal - 40)...].prefix(120), as: UTF8.self)
  }

  @Test("summaries and statistics of all architectures", arguments: Architecture.all.map(\.name))
  func analyses(_ name: String) throws {
    let network = try Architecture.named(name).network()
    try compare(NetworkSummary(of: network))
    try compare(NetworkStatistics(of: network))
  }

  @Test("lists and comparisons")
  func reports() throws {
    try compare(ArchitectureList())
    try compare(NetworkComparison(Architecture.all.map { try ComparedNetwork($0) }))
  }

  @Test("all that is said of models, and problems of every kind")
  func models() async throws {
    let registry = try await TestAPI.shared.value.context.registry
    try compare(ModelsEndpoint.Response(models: try registry.entries().map(ModelsEndpoint.Entry.init)))
    for model in try registry.models() { try compare(ModelEndpoint.Response(model)) }
    for kind in ProblemKind.allCases {
      var problem = Problem(kind, "the path \"/a\\b\" is not a\ttoken; accepted: \u{1F408}, \u{7F}, \u{2028}")
      problem.locate(at: "/v1/models/%22")
      problem.accepted = ["image/png", ""]
      problem.limit = 1 << 40
      problem.retryAfter = 1
      try compare(problem)
    }
  }

  @Test(
    "every answer, as a client sees it",
    arguments: TestRequest.questions + TestRequest.classifications + Refusal.all.map(\.request))
  func answers(_ request: TestRequest) async throws {
    // The page's texts are files.
    guard !request.target.hasPrefix("/page/") else { return }
    let response = try await TestAPI.shared.value.answer(to: request).response
    guard response.fields[.contentType]?.hasSuffix("json") == true else { return }
    // Written by our writer and read by Foundation's reader; numbers come out as they went in.
    let reference = try Self.reference(JSONValue(json: response.body), pretty: false)
    #expect(Self.excerpt(response.body, beside: reference) == Self.excerpt(reference, beside: response.body))
  }

  @Test("answers of operations that change models")
  func changes() async throws {
    for answer in try await ModelLifecycleTests.answers() {
      #expect(try answer.response.body == Self.reference(answer.json, pretty: false))
    }
  }

  @Test("numbers have the shortest text, and those that JSON has no word for are strings")
  func numbers() throws {
    let doubles: [Double] = [
      0, -0.0, 1, -1, 0.1, 1 / 3, 1e15, 1e16, 1e17, 123_456_789.125, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
      .pi, 1e-5, 100, .infinity, -.infinity, .nan, .signalingNaN, -.nan, 2.5e-7,
    ]
    try compare(doubles)
    try compare(doubles.map { Float($0) })
    try compare(doubles.map { [$0] })
    for value in doubles { try compare(value) }
    try compare([Int.min, .max, 0, -1, 9, 10, 99, 100, -1_234_567_890])
    try compare([UInt64.max, 0])
    try compare([Int8.min, .max])
    try compare(UInt8.max)
    try compare(Int64.min)
    try compare([UInt32.max])
    try compare([true, false])
    let numbers = (0..<2_000).map { Double(sin(Double($0)) * pow(10, Double($0 % 40 - 20))) }
    try compare(numbers)
    try compare(numbers.map { Float($0) })
  }

  @Test("strings are escaped where they have to be")
  func strings() throws {
    let scalars =
      (0...0x2FF).map { String(Unicode.Scalar($0)!) } + ["\u{2028}", "\u{FEFF}", "\u{10FFFF}", "\r\n", "e\u{301}"]
    try compare(scalars)
    try compare(scalars.joined())
    try compare(["", "/", "\\/", "\"", "{}[],:", "\\\"", "a\\"])
  }

  @Test("members are sorted by the bytes of their names")
  func order() throws {
    let names = [
      "b", "a", "B", "_", "aa", "a_", "aA", "a1", "a10", "a2", "a!", "a ", "", "\u{E8}", "e\u{301}", "z", "\u{1F408}",
      "\u{FF21}",
    ]
    try compare(Dictionary(uniqueKeysWithValues: names.map { ($0, [$0: $0.count]) }))
    try compare(Dictionary(uniqueKeysWithValues: (0..<200).map { (String($0 * 7919 % 200), $0) }))
    try compare(Dictionary(uniqueKeysWithValues: (0..<30).map { ($0, $0) }))
  }

  @Test("what is empty or absent")
  func nothing() throws {
    try compare([Int]())
    try compare([String: Int]())
    try compare([[String]](repeating: [], count: 2))
    try compare(["a": [String: Int](), "b": [:]])
    try compare([Int?.none, 1])
    try compare(String?.none)
    try compare([[Int?]?]([nil, [nil, 2]]))
    try compare(["a": Int?.none])
    try compare(EncodesNothing.Holder())
  }

  @Test("containers that are open side by side, as enumerations with values and subclasses have them")
  func nested() throws {
    try compare([Form.circle(radius: 2.5), .square(4), .line(from: [0, 1], to: [2]), .point])
    try compare(Interleaved())
    try compare(Derived())
    try compare([Derived(), Derived()])
    try compare(["z": 1, "a": 2].mapValues { [$0: Form.square($0)] })
    try compare(ClosedRange(uncheckedBounds: (1, 2)))
  }
}

/// A value that asks its encoder for nothing.
private struct EncodesNothing: Encodable {
  func encode(to encoder: any Encoder) {}

  struct Holder: Encodable {
    let nothing = EncodesNothing()
    let list = [EncodesNothing()]
  }
}

private enum Form: Encodable {
  case circle(radius: Double)
  case square(Int)
  case line(from: [Int], to: [Int])
  case point
}

/// Writes into containers in turns, and those of one value in several goes.
private struct Interleaved: Encodable {
  enum Key: String, CodingKey { case z, y, x, a, list }
  enum OtherKey: String, CodingKey { case b }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    var inner = object.nestedContainer(keyedBy: Key.self, forKey: .z)
    var list = object.nestedUnkeyedContainer(forKey: .list)
    try inner.encode(1, forKey: .y)
    try object.encode("x", forKey: .x)
    try list.encode(1)
    var innermost = list.nestedContainer(keyedBy: Key.self)
    var innerList = list.nestedUnkeyedContainer()
    try innermost.encode([1, 2], forKey: .z)
    try list.encodeNil()
    try innerList.encode(Form.point)
    try innermost.encodeNil(forKey: .a)
    #expect(list.count == 4)
    try inner.encode(Form.square(3), forKey: .a)
    var others = encoder.container(keyedBy: OtherKey.self)
    try others.encode(true, forKey: .b)
  }
}

private class Base: Encodable {
  let base = 1
}

private final class Derived: Base {
  let derived = "d"
  enum CodingKeys: CodingKey { case derived, zero }

  override func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try super.encode(to: container.superEncoder())
    try container.encode(derived, forKey: .derived)
    try super.encode(to: container.superEncoder(forKey: .zero))
  }
}
