import Foundation
import ModelServing

/// The classes by name: those of a file of labels, or the names that were found in the data.
struct ClassList: Sendable {
  let labels: [ClassLabel]
  private let indices: [String: Int]

  /// - Parameter place: for messages.
  /// - Throws: `DataSetError.classNames` where two have one name, or one has a name that a file of labels cannot hold.
  init(_ labels: [ClassLabel], place: String) throws(DataSetError) {
    var indices: [String: Int] = [:]
    for (index, label) in labels.enumerated() {
      guard !label.name.isEmpty else { throw .classNames(path: place, problem: "class \(index) has no name") }
      guard !label.name.unicodeScalars.contains(where: \.isControlOrBreak) else {
        throw .classNames(
          path: place,
          problem: "the class \"\(Self.escaped(label.name))\" cannot stand on a line of labels.txt: its name has a "
            + "line break or another control character")
      }
      for key in Set([label.id, label.name].compactMap { $0 }) {
        guard indices.updateValue(index, forKey: key) == nil else {
          throw .classNames(path: place, problem: "two classes are called \"\(key)\"")
        }
      }
    }
    self.labels = labels
    self.indices = indices
  }

  /// The name on one line.
  private static func escaped(_ name: String) -> String {
    name.unicodeScalars.map { $0.isControlOrBreak ? $0.escaped(asASCII: true) : String($0) }.joined()
  }

  /// `labels.txt`: one class a line, `id<TAB>name` or just `name`.
  ///
  /// - Throws: `UnreadableFile`, `DataSetError`.
  init(file: URL) throws {
    try self.init(LabelFile.read(file), place: file.path)
  }

  /// By id or by name.
  func index(of text: String) -> Int? { indices[text] }

  /// - Throws: `DataSetError.unknownClass`
  func requireIndex(of text: String, place: String) throws(DataSetError) -> Int {
    guard let index = indices[text] else {
      throw .unknownClass(place: place, className: text, accepted: labels.map(\.name))
    }
    return index
  }
}

extension Unicode.Scalar {
  /// What cannot be seen, and what ends a line in some program's eyes.
  fileprivate var isControlOrBreak: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

extension String {
  /// Whether the UTF-8 bytes come first. This order of code points is the same on every machine and in every
  /// language, and is Python's order too.
  func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
