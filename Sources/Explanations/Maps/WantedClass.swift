import ModelServing

/// The class that is to be explained.
public enum WantedClass: Hashable, Sendable {
  /// The one with the greatest logit.
  case best
  /// Of the network's output, from 0.
  case index(Int)
  /// A label, one of the synonyms that commas separate in it, or its identifier in a catalogue. Case does not matter.
  case name(String)

  /// A whole number in its plain form is an index, any other text a name.
  public init(_ text: String) {
    self = Int(text).flatMap { String($0) == text ? .index($0) : nil } ?? .name(text)
  }

  /// The index of the network's output; nil for the best class.
  ///
  /// - Throws: `InspectionError.unknownClass`, `.unknownClassName`, `.severalClasses`.
  func index(in labels: [ClassLabel]) throws(InspectionError) -> Int? {
    switch self {
    case .best: return nil
    case .index(let index):
      guard labels.indices.contains(index) else { throw .unknownClass(index: index, count: labels.count) }
      return index
    case .name(let name):
      let found = labels.indices.filter { labels[$0].names.contains(name.lowercased()) }
      guard let first = found.first else { throw .unknownClassName(name, count: labels.count) }
      // ImageNet has two classes "crane", a bird and a machine.
      guard found.count == 1 else { throw .severalClasses(name, indices: found) }
      return first
    }
  }
}

extension ClassLabel {
  /// By which a class may be asked for, in lower case.
  fileprivate var names: Set<String> {
    let synonyms = name.split(separator: ", ").map { $0.lowercased() }
    return Set(synonyms + [name.lowercased()] + (id.map { [$0.lowercased()] } ?? []))
  }
}
