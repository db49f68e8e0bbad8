import Foundation

/// The label of one class, which is one output of a network.
public struct ClassLabel: Hashable, Sendable {
  /// The identifier in a catalogue, for ImageNet a WordNet id such as `n02124075`; `nil` if the class has none.
  public let id: String?
  /// The name for people, for example `Egyptian cat`.
  public let name: String

  /// A label of the given name and identifier.
  public init(id: String? = nil, name: String) {
    self.id = id
    self.name = name
  }
}

/// `labels.txt`: one class a line in the order of the outputs, `id<TAB>name` or just `name`.
package enum LabelFile {
  static let fileName = "labels.txt"

  static func parse(_ text: String) -> [ClassLabel] {
    text.split(whereSeparator: \.isNewline).map { line in
      let fields = line.split(separator: "\t", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      return fields.count == 2 ? ClassLabel(id: fields[0], name: fields[1]) : ClassLabel(name: fields[0])
    }
  }

  static func format(_ labels: [ClassLabel]) -> String {
    labels.map { label in (label.id.map { $0 + "\t" } ?? "") + label.name + "\n" }.joined()
  }

  package static func read(_ file: URL) throws(UnreadableFile) -> [ClassLabel] {
    parse(try readable(file) { try String(contentsOf: file, encoding: .utf8) })
  }
}
