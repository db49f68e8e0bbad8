/// Files among photos that were left out.
public struct IgnoredFiles: Codable, Hashable, Sendable {
  /// How many.
  public var count = 0
  /// The first of them, each with the reason: `cats/notes.txt: its name is no image's`.
  public var examples: [String] = []

  /// How many are named.
  public static let exampleLimit = 10

  public init() {}

  /// - Parameter file: with the reason.
  mutating func add(_ file: String) { add([file], count: 1) }

  /// - Parameter files: the first ones of `count`, each with the reason.
  mutating func add(_ files: [String], count: Int) {
    examples += files.prefix(Self.exampleLimit - examples.count)
    self.count += count
  }
}
