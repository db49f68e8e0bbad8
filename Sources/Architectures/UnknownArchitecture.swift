/// No architecture has the given name.
public struct UnknownArchitecture: Error, Equatable, Sendable {
  /// The name as it was given.
  public let name: String
  /// Up to three names of architectures that resemble the given one, the most similar first; empty where none does.
  ///
  /// A suggestion differs from the given name by at most two letters, or by a third of its letters where that is more.
  public let suggestions: [String]

  /// - Parameter known: the names of all architectures.
  init(_ name: String, known: [String]) {
    self.name = name
    let limit = max(2, name.count / 3)
    let distances = known.map { (name: $0, distance: editDistance(name.lowercased(), $0)) }
    self.suggestions = distances.filter { $0.distance <= limit }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
      .prefix(3).map(\.name)
  }
}

extension UnknownArchitecture: CustomStringConvertible {
  /// The given name and the suggestions, as one sentence for users.
  public var description: String {
    let hint = suggestions.isEmpty ? "" : "; did you mean \(suggestions.joined(separator: " or "))?"
    return "no architecture is named \"\(name)\"\(hint) (`convserve architectures` and GET /v1/architectures list all)"
  }
}

/// The least number of insertions, deletions and substitutions that turn one word into the other (Levenshtein, 1966).
/// Only the first 64 letters of each word count.
///
/// - Complexity: `O(|a| |b|)`.
package func editDistance(_ a: String, _ b: String) -> Int {
  // A name from a request may be long. The distance of such a name does not matter.
  let (a, b) = (Array(a.prefix(64)), Array(b.prefix(64)))
  var previous = Array(0...b.count)
  for (row, left) in a.enumerated() {
    var current = [row + 1]
    for (column, right) in b.enumerated() {
      let substituted = previous[column] + (left == right ? 0 : 1)
      current.append(min(substituted, previous[column + 1] + 1, current[column] + 1))
    }
    previous = current
  }
  return previous[b.count]
}
