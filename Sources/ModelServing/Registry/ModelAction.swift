/// One step from the served versions to the versions that the repository holds.
enum ModelAction: Hashable, Sendable {
  /// Load the first of these versions that can be loaded. The served version goes on answering until then. If none
  /// can be loaded, it goes on for good.
  case load(String, versions: [Int])
  /// Unload the model, because the repository has no version of it.
  case remove(String)
  /// Let the highest version be served again, because the pinned version is gone.
  case unpin(String, version: Int)
}

extension ModelAction {
  /// The actions that lead from the records to the repository's contents, sorted by model name. There are none if
  /// nothing has changed.
  ///
  /// - Parameter retriesFailures: whether versions that failed are tried again though their files have not changed.
  static func actions(
    for contents: RepositoryContents, records: [String: ModelRecord], retriesFailures: Bool
  ) -> [ModelAction] {
    Set(records.keys).union(contents.names).sorted().flatMap { name in
      actions(
        for: name, contents.versions(of: name), records[name] ?? ModelRecord(), retriesFailures: retriesFailures)
    }
  }

  private static func actions(
    for name: String, _ versions: [Int: VersionFingerprint], _ record: ModelRecord, retriesFailures: Bool
  ) -> [ModelAction] {
    if versions.isEmpty { return [.remove(name)] }
    if record.isUnloaded { return [] }
    var record = record
    var actions: [ModelAction] = []
    if let pinned = record.pinnedVersion, versions[pinned] == nil {
      actions.append(.unpin(name, version: pinned))
      record.pinnedVersion = nil
    }
    let candidates = candidates(versions, record, retriesFailures: retriesFailures)
    return candidates.isEmpty ? actions : actions + [.load(name, versions: candidates)]
  }

  /// The versions to try, from the highest down to the served one. The served version itself is tried if its files
  /// have changed. It is the last one, since it goes on answering if no other version can be loaded.
  private static func candidates(
    _ versions: [Int: VersionFingerprint], _ record: ModelRecord, retriesFailures: Bool
  ) -> [Int] {
    var candidates: [Int] = []
    for version in record.pinnedVersion.map({ [$0] }) ?? versions.keys.sorted(by: >) {
      let fingerprint = versions[version]!
      let isServed = record.served?.version == version
      if isServed, record.served?.fingerprint == fingerprint { break }
      let hasFailed = record.failures[version]?.fingerprint == fingerprint
      if !hasFailed || retriesFailures { candidates.append(version) }
      if isServed { break }
    }
    return candidates
  }
}
