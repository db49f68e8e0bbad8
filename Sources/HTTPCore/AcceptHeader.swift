import HTTPTypes

/// What a client accepts as answer, and how much it likes it (RFC 9110 section 12.5.1).
public struct AcceptHeader: Sendable, Equatable {
  /// One element: a type in which `*` stands for all, and a weight in thousandths from 0 to 1000.
  private struct Range: Sendable, Equatable {
    var type: MediaType
    var weight: Int

    /// The more a range says the more it counts: `*/*`, `type/*`, `type/subtype`, with parameters.
    var specificity: Int {
      if type.type == "*" { return 0 }
      return type.subtype == "*" ? 1 : 2 + type.parameterCount
    }

    func matches(_ offer: MediaType) -> Bool {
      (type.type == "*" || type.type == offer.type) && (type.subtype == "*" || type.subtype == offer.subtype)
        && type.parametersAreContained(in: offer)
    }
  }

  private let ranges: [Range]

  /// Reads the field's lines; a list element that breaks the grammar is passed over.
  public init(_ values: [String]) {
    ranges = values.flatMap { Self.elements(of: $0) }.compactMap(Self.range)
  }

  /// The field of a request; without one everything is accepted.
  public init(_ fields: HTTPFields) { self.init(fields[values: .accept]) }

  /// The offered type that the client likes best, the earlier one among equals; nil when it accepts none of them.
  public func best(of offers: [MediaType]) -> MediaType? {
    if ranges.isEmpty { return offers.first }
    var best: (offer: MediaType, weight: Int)?
    for offer in offers {
      let weight = weight(of: offer)
      if weight > best?.weight ?? 0 { best = (offer, weight) }
    }
    return best?.offer
  }

  /// The weight that the most specific matching range gives to `offer`; 0 means "not acceptable".
  private func weight(of offer: MediaType) -> Int {
    var best: Range?
    for range in ranges where range.matches(offer) && range.specificity > best?.specificity ?? -1 { best = range }
    return best?.weight ?? 0
  }

  /// Splits at the commas outside quoted strings.
  private static func elements(of value: String) -> [String] {
    var isQuoted = false
    return value.split { character in
      if character == "\"" { isQuoted.toggle() }
      return character == "," && !isQuoted
    }.map(String.init)
  }

  private static func range(_ element: String) -> Range? {
    guard let type = try? MediaType(element), type.type != "*" || type.subtype == "*" else { return nil }
    guard let weight = QualityValue.parse(type.parameter("q") ?? "1") else { return nil }
    return Range(type: type.withoutParameters(from: "q"), weight: weight)
  }
}
