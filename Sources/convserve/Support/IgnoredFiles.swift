import Archives
import Training

/// Files among photos that were left out, as commands tell of them.
struct IgnoredFiles: Encodable, Sendable {
  /// How many are named.
  private static let exampleLimit = 10

  let count: Int
  /// The first of them, each with the reason.
  let examples: [String]

  init(_ source: DataSource) {
    count = source.ignoredFiles.count
    // Names of files may hold anything.
    examples = source.ignoredFiles.prefix(Self.exampleLimit).map { EntryPath.readable(Array($0.utf8), in: .tar) }
  }

  /// For people, at most six.
  var lines: [String] {
    let shown = examples.prefix(5)
    let rest = count - shown.count
    return shown.map { "left out: \($0)" } + (rest > 0 ? ["left out: \(rest) more"] : [])
  }
}
