import Foundation
import Jobs

extension JSONValue {
  /// A whole number, also where it was written with a point or an exponent.
  var wholeNumber: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): value == value.rounded() && value.magnitude < 9e15 ? Int(value) : nil
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// A number as settings of text hold it, without `.0`.
  var numberText: String? {
    if let whole = wholeNumber { return String(whole) }
    return double.map { "\($0)" }
  }

  /// A scalar for tables and messages; of text without quotes.
  public var plainText: String { string ?? numberText ?? text }

  /// For messages: text in quotes, and all of it cut where it is long.
  var shortText: String {
    let whole = string.map { "\"\($0)\"" } ?? numberText ?? text
    return whole.count <= 80 ? whole : whole.prefix(77) + "..."
  }

  var members: [String: JSONValue]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The value with another one at a path; objects on the way are made.
  func setting(_ path: some Collection<Substring>, to value: JSONValue) -> JSONValue {
    guard let first = path.first else { return value }
    var members = members ?? [:]
    members[String(first)] = (members[String(first)] ?? .object([:])).setting(path.dropFirst(), to: value)
    return .object(members)
  }

  /// The value with the members of another one in the place of its own, however deep they lie.
  func merging(_ other: JSONValue) -> JSONValue {
    guard case .object(var members) = self, case .object(let others) = other else { return other }
    for (name, value) in others { members[name] = members[name]?.merging(value) ?? value }
    return .object(members)
  }

  /// As JSON encodes a value.
  public init(_ value: some Encodable) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }

  func decoded<Value: Decodable>(_: Value.Type) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(bytes))
  }
}
