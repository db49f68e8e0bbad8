/// Files of an upload that something is to be said about, such as why they were left out.
public struct FileNotes: Codable, Hashable, Sendable {
  /// How many.
  public var count = 0
  /// The first of them, each with what is said: `cats/notes.txt: its name is no image's`.
  public var examples: [String] = []

  /// How many are named.
  public static let exampleLimit = 10

  public init() {}

  /// - Parameter file: with what is said.
  mutating func add(_ file: String) { add([file], count: 1) }

  /// - Parameter files: the first ones of `count`, each with what is said.
  mutating func add(_ files: [String], count: Int) {
    examples += files.prefix(Self.exampleLimit - examples.count)
    self.count += count
  }
}

/// What became of files of an upload that are not kept as they came.
struct IntakeNotes: Hashable, Sendable {
  /// Nothing is learned from them.
  var ignored = FileNotes()
  /// They have another name now.
  var renamed = FileNotes()
}
