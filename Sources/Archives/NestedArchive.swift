/// Archives in archives: what is in them would have to be looked into again, and again.
enum NestedArchive {
  /// Whether a name promises one. A single compressed file, such as IDX's `.gz`, is none.
  static func isMeant(byName name: String) -> Bool {
    let name = name.lowercased()
    return endings.contains { name.hasSuffix($0) }
  }

  private static let endings = [
    ".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".7z",
    ".rar", ".iso", ".cab", ".jar",
  ]
}
