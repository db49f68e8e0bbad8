/// One step from what is served to what the repository holds.
enum ModelAction: Hashable, Sendable {
  /// Load the first of these versions that can be loaded. What is served goes on until one is there, and for good where
  /// none can be.
  case load(String, versions: [Int])
  /// Serve it no more: the repository has no version of it.
  case remove(String)
  /// Let the highest version be served again: the one that somebody asked for is gone.
  case unpin(String, version: Int)
}

extension ModelAction {
  /// What has to be done, model after model by name. Nothing where nothing has changed.
  ///
  /// - Parameter retriesFailures: whether versions that did not load are tried again though their files are the same.
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

  /// The versions to try, the highest first, down to the one that is served: where its files are others now they are the
  /// last to be tried, since a version that does not load leaves the old one answering.
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
