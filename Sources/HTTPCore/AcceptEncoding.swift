import HTTPTypes

/// Which content codings a client accepts, and how much it likes them (RFC 9110 section 12.5.3).
public struct AcceptEncoding: Sendable, Equatable {
  /// Weights by coding; nil where the request has no such field.
  private let weights: [ContentCoding: Int]?

  /// The field of a request; a list element that breaks the grammar is passed over.
  public init(_ fields: HTTPFields) {
    weights = fields.contains(.acceptEncoding) ? Self.weights(fields.elements(of: .acceptEncoding)) : nil
  }

  private static func weights(_ elements: [String]) -> [ContentCoding: Int] {
    var weights: [ContentCoding: Int] = [:]
    var others: Int?
    for element in elements {
      guard let (name, weight) = split(element) else { continue }
      if name == "*" { others = weight } else if let coding = ContentCoding(name: name) { weights[coding] = weight }
    }
    for coding in ContentCoding.allCases where weights[coding] == nil {
      // Not named and no star: only "no coding" is acceptable then, as the last choice.
      weights[coding] = others ?? (coding == .identity ? 1 : 0)
    }
    return weights
  }

  /// `name[;q=weight]`.
  private static func split(_ element: String) -> (name: String, weight: Int)? {
    let bytes = Array(element.utf8)
    let end = bytes.firstIndex(of: ASCII.semicolon) ?? bytes.endIndex
    let name = String(decoding: ASCII.trimmingBlanks(bytes[..<end]), as: UTF8.self)
    guard let parameters = ParameterList(bytes[end...].dropFirst()),
      let weight = QualityValue.parse(parameters["q"] ?? "1")
    else { return nil }
    return (name, weight)
  }

  /// The coding for an answer; nil when the client accepts none that there is.
  ///
  /// - Parameter isWorthIt: whether compressing would gain anything; if not, it is done only for a client that insists.
  public func choice(isWorthIt: Bool) -> ContentCoding? {
    guard let weights else { return .identity }
    if !isWorthIt && weights[.identity, default: 0] > 0 { return .identity }
    var best: (coding: ContentCoding, weight: Int)?
    // The earlier case wins among equals.
    for coding in ContentCoding.allCases {
      let weight = weights[coding, default: 0]
      if weight > best?.weight ?? 0 { best = (coding, weight) }
    }
    return best?.coding
  }
}
