import HTTPCore

/// The parameters of a request's query, each of which an endpoint must have declared.
struct Query: Sendable {
  private let values: [String: String]

  /// - Throws: `RequestError` for a parameter that is not declared, or given twice.
  init(_ items: [RequestTarget.QueryItem], accepted: [String]) throws(RequestError) {
    var values: [String: String] = [:]
    for item in items {
      guard accepted.contains(item.name) else { throw .unknownParameter(name: item.name, accepted: accepted) }
      guard values.updateValue(item.value, forKey: item.name) == nil else {
        throw .repeatedParameter(name: item.name)
      }
    }
    self.values = values
  }

  /// Parameters that do not come from a request; those without a value are left out.
  init(_ parameters: [(name: String, value: String?)]) {
    values = parameters.reduce(into: [:]) { $0[$1.name] = $1.value }
  }

  subscript(_ name: String) -> String? { values[name] }

  func integer(_ name: String, in range: ClosedRange<Int>) throws(RequestError) -> Int? {
    try values[name].map { value throws(RequestError) in try parseInteger(value, name: name, in: range) }
  }

  /// One of the cases of an enumeration.
  func choice<Choice>(_ name: String, of type: Choice.Type = Choice.self) throws(RequestError) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    try values[name].map { value throws(RequestError) in try parseChoice(value, name: name) }
  }

  /// A shape such as `3x224x224`.
  func shape(_ name: String) throws(RequestError) -> [Int]? {
    try values[name].map { value throws(RequestError) in
      guard let extents = DecimalNumber.extents(value), extents.count == 3 else {
        throw .unacceptedValue(
          name: name, value: value, accepted: ["channels x height x width, for example 3x224x224"])
      }
      return extents
    }
  }

  /// Names separated by commas; none where the parameter is absent or empty.
  ///
  /// - Throws: `RequestError.missingName` where nothing stands beside a comma.
  func list(_ name: String) throws(RequestError) -> [String] {
    guard let value = values[name], !value.isEmpty else { return [] }
    let names = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ !$0.isEmpty }) else { throw .missingName(parameter: name, value: value) }
    return names
  }
}

func parseInteger(_ value: String, name: String, in range: ClosedRange<Int>) throws(RequestError) -> Int {
  guard let number = DecimalNumber.whole(value), range.contains(number) else {
    throw .unacceptedNumber(name: name, value: value, range: range)
  }
  return number
}

func parseChoice<Choice>(_ value: String, name: String) throws(RequestError) -> Choice
where Choice: RawRepresentable<String> & CaseIterable {
  guard let choice = Choice(rawValue: value) else {
    throw .unacceptedValue(name: name, value: value, accepted: Choice.allCases.map(\.rawValue))
  }
  return choice
}
