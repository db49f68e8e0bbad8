/// The knowledge about one model that decides the next actions. A plain value.
struct ModelRecord: Hashable, Sendable {
  /// A version and the files that it was read from.
  struct Loaded: Hashable, Sendable {
    let version: Int
    let fingerprint: VersionFingerprint
  }

  /// Files that did not load, and why.
  struct Failure: Hashable, Sendable {
    let fingerprint: VersionFingerprint
    let reason: String
  }

  /// What answers.
  var served: Loaded?
  /// The failures by version. Versions that are gone from the repository have no entry.
  var failures: [Int: Failure] = [:]
  /// The version that a client asked for. It is served instead of the highest one, until a client asks for another.
  var pinnedVersion: Int?
  /// Whether a client unloaded the model. This lasts until a client loads it.
  var isUnloaded = false
}
