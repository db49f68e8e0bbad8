/// A place in the description, as a JSON pointer without escapes: `["components", "schemas", "Problem"]`.
typealias Pointer = [String]

/// Compares values with the schemas of the API's description: the part of JSON Schema 2020-12 that it uses. A keyword
/// that is not known here is a violation, so that no part of a schema goes unchecked.
struct SchemaCheck {
  /// What came out of one comparison.
  struct Finding {
    var violations: [String] = []
    /// Where the description has the members that the value holds.
    var members: Set<Pointer> = []

    static func += (left: inout Finding, right: Finding) {
      left.violations += right.violations
      left.members.formUnion(right.members)
    }
  }

  let document: JSONValue

  /// Says something about a value, or to a reader, but forbids nothing.
  private static let annotations: Set = [
    "title", "description", "default", "examples", "example", "format", "contentEncoding",
  ]

  /// Compares `value`, which stands at `path` of the answer, with the schema at `pointer`.
  func check(_ value: JSONValue, against pointer: Pointer, path: String = "$") -> Finding {
    guard let schema = document[pointer] else { return Finding(violations: ["no schema at \(pointer)"]) }
    return check(value, schema, at: pointer, path)
  }

  private func check(_ value: JSONValue, _ schema: JSONValue, at pointer: Pointer, _ path: String) -> Finding {
    guard let schema = schema.object else { return Finding(violations: ["no schema at \(pointer)"]) }
    var finding = Finding()
    for (keyword, argument) in schema where !Self.annotations.contains(keyword) {
      finding += apply(keyword, argument, of: schema, at: pointer, to: value, path)
    }
    return finding
  }

  private func apply(
    _ keyword: String, _ argument: JSONValue, of schema: [String: JSONValue], at pointer: Pointer,
    to value: JSONValue, _ path: String
  ) -> Finding {
    switch keyword {
    case "$ref": return check(value, against: Self.target(argument), path: path)
    case "allOf":
      return argument.array!.enumerated().reduce(into: Finding()) {
        $0 += check(value, $1.element, at: pointer + [keyword, String($1.offset)], path)
      }
    case "oneOf", "anyOf": return branches(keyword, argument, at: pointer, value, path)
    case "properties": return members(argument, at: pointer, value, path)
    case "additionalProperties": return additional(argument, of: schema, at: pointer, value, path)
    case "items": return items(argument, at: pointer, value, path)
    default:
      return accepts(value, keyword, argument).map { isAccepted in
        Finding(violations: isAccepted ? [] : ["\(path): \(value) breaks \(keyword): \(argument)"])
      } ?? Finding(violations: ["the keyword \(keyword) at \(pointer) is not known to this check"])
    }
  }

  /// The keywords that look at nothing but the value; `nil` for one that is unknown.
  private func accepts(_ value: JSONValue, _ keyword: String, _ argument: JSONValue) -> Bool? {
    switch keyword {
    case "type": (argument.array ?? [argument]).contains { isOfType(value, $0.string ?? "") }
    case "const": value == argument
    case "enum": argument.array?.contains(value) ?? false
    case "minimum": value.number.map { $0 >= argument.number! } ?? true
    case "maximum": value.number.map { $0 <= argument.number! } ?? true
    case "exclusiveMinimum": value.number.map { $0 > argument.number! } ?? true
    case "minItems": value.array.map { $0.count >= argument.integer! } ?? true
    case "maxItems": value.array.map { $0.count <= argument.integer! } ?? true
    case "minLength": value.string.map { $0.unicodeScalars.count >= argument.integer! } ?? true
    case "pattern": value.string.map { matches($0, argument.string!) } ?? true
    case "propertyNames":
      value.object.map { $0.keys.allSatisfy { matches($0, argument["pattern"]!.string!) } } ?? true
    case "required": value.object.map { Set(argument.strings).isSubset(of: $0.keys) } ?? true
    default: nil
    }
  }

  private func matches(_ text: String, _ pattern: String) -> Bool {
    (try? Regex(pattern).firstMatch(in: text)) != nil
  }

  private func isOfType(_ value: JSONValue, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.boolean, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"),
      (.string, "string"), (.array, "array"), (.object, "object"):
      true
    default: false
    }
  }

  /// Members count as answered only where the branch that describes them holds.
  private func branches(
    _ keyword: String, _ argument: JSONValue, at pointer: Pointer, _ value: JSONValue, _ path: String
  ) -> Finding {
    let findings = argument.array!.enumerated().map {
      check(value, $0.element, at: pointer + [keyword, String($0.offset)], path)
    }
    let holding = findings.filter(\.violations.isEmpty)
    if keyword == "oneOf" ? holding.count == 1 : !holding.isEmpty { return holding.reduce(into: Finding(), +=) }
    let reasons = findings.flatMap(\.violations).joined(separator: "; ")
    return Finding(violations: ["\(path): \(holding.count) branches of \(keyword) hold (\(reasons))"])
  }

  private func members(_ argument: JSONValue, at pointer: Pointer, _ value: JSONValue, _ path: String) -> Finding {
    var finding = Finding()
    for (name, schema) in argument.object! {
      guard let member = value[name] else { continue }
      let place = pointer + ["properties", name]
      finding += check(member, schema, at: place, "\(path).\(name)")
      finding.members.insert(place)
    }
    return finding
  }

  private func additional(
    _ argument: JSONValue, of schema: [String: JSONValue], at pointer: Pointer, _ value: JSONValue, _ path: String
  ) -> Finding {
    let known = Set(schema["properties"]?.object?.keys.map { $0 } ?? [])
    let others = value.object?.filter { !known.contains($0.key) } ?? [:]
    if argument == .boolean(false) {
      return Finding(violations: others.keys.map { "\(path).\($0) is answered but not described" })
    }
    if argument == .boolean(true) { return Finding() }
    return others.reduce(into: Finding()) {
      $0 += check($1.value, argument, at: pointer + ["additionalProperties"], "\(path).\($1.key)")
    }
  }

  private func items(_ argument: JSONValue, at pointer: Pointer, _ value: JSONValue, _ path: String) -> Finding {
    (value.array ?? []).enumerated().reduce(into: Finding()) {
      $0 += check($1.element, argument, at: pointer + ["items"], "\(path)[\($1.offset)]")
    }
  }

  /// Where a `$ref` within the document leads.
  static func target(_ reference: JSONValue) -> Pointer {
    reference.string!.dropFirst("#/".count).split(separator: "/").map(String.init)
  }
}

extension JSONValue {
  /// The value at a pointer, through objects and arrays.
  subscript(_ pointer: Pointer) -> JSONValue? {
    pointer.reduce(Optional(self)) { value, step in
      switch value {
      case .array(let elements): Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      case .object(let members): members[step]
      default: nil
      }
    }
  }
}
