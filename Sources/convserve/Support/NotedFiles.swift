import Archives
import Training

/// Files among photos of which something is to be said, as commands tell of them.
struct NotedFiles: Encodable, Sendable {
  /// How many are named.
  private static let exampleLimit = 10

  let count: Int
  /// The first of them, each with what is said.
  let examples: [String]

  init(_ files: [String]) {
    count = files.count
    // Names of files may hold anything.
    examples = files.prefix(Self.exampleLimit).map { EntryPath.readable(Array($0.utf8), in: .tar) }
  }

  /// For people, at most six.
  func lines(_ participle: String) -> [String] {
    let shown = examples.prefix(5)
    let rest = count - shown.count
    return shown.map { "\(participle): \($0)" } + (rest > 0 ? ["\(participle): \(rest) more"] : [])
  }

  /// What became of files that are not used as they came, for people.
  static func lines(of source: DataSource) -> [String] {
    NotedFiles(source.ignoredFiles).lines("left out") + NotedFiles(source.renamedFiles).lines("renamed")
  }
}
