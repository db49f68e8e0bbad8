/// The names, versions and file fingerprints of a repository at one moment. Two values differ if a version was added,
/// removed or changed.
public struct RepositoryContents: Hashable, Sendable {
  /// By name and version; a model without any version is left out.
  let models: [String: [Int: VersionFingerprint]]

  init(_ models: [String: [Int: VersionFingerprint]]) {
    self.models = models.filter { !$0.value.isEmpty }
  }

  var names: [String] { models.keys.sorted() }

  /// Nothing where there is no such model.
  func versions(of name: String) -> [Int: VersionFingerprint] { models[name] ?? [:] }
}

/// Tells the files of a version from those that lay there before.
struct VersionFingerprint: Hashable, Sendable {
  /// A file as the system describes it.
  struct File: Hashable, Sendable {
    let inode: UInt64
    let size: Int64
    /// Nanoseconds since 1970 at which it was last written to.
    let modified: Int64
  }

  /// By name; a file that is missing has no entry.
  let files: [String: File]
}
