/// What a registry knows of one name, as far as it decides what is to be done. A plain value.
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
  /// By version; those of versions that are gone are left out.
  var failures: [Int: Failure] = [:]
  /// The version that somebody asked for, which counts instead of the highest until somebody asks for another one.
  var pinnedVersion: Int?
  /// Whether somebody had it unloaded, which lasts until somebody has it loaded.
  var isUnloaded = false
}
