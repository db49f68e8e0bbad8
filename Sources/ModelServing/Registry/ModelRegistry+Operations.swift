import InferenceRuntime
import Synchronization

/// Loading and unloading. Each operation is a task of its own, which goes on if its caller is cancelled.
extension ModelRegistry {
  /// Loads, compiles and warms up the models of a repository: of each model the highest version that can be loaded. A
  /// server calls this once, at its start.
  ///
  /// - Parameters:
  ///   - repository: the repository to serve from now on.
  ///   - defaultName: the model that answers requests without a name. By default it is the first model by name.
  ///   - configuration: threads, engine and limits of all models.
  /// - Throws: `OpenBLASMismatch` if OpenBLAS computes wrong products. `ModelRepositoryError` if the repository
  ///   cannot be read, or lacks the default model. `ModelLoadingError` if no version of some model can be loaded.
  ///   `CancellationError` if the task is cancelled; loading then goes on.
  public func load(
    _ repository: ModelRepository, defaultName: String?, configuration: ServingConfiguration
  ) async throws {
    try await lane.run { [self] in
      try await onOwnThread("check-openblas") { try OpenBLASCheck.verify() }
      let contents = try await onOwnThread("repository") { try repository.contents() }
      try begin(repository, contents, defaultName: defaultName, configuration)
      for action in actions(for: contents, retriesFailures: true) {
        let failures = try await perform(action).failed
        if let first = failures.first, !answers(first.name) {
          throw ModelLoadingError(model: first.name, version: nil, reason: failures.text)
        }
      }
      state.withLock { $0.isReady = true }
    }.valueUnlessCancelled
  }

  /// Reads the repository again, and serves what it holds now.
  ///
  /// New and changed versions are loaded beside the versions that answer, and take their place. Models that are gone
  /// are unloaded. If a version cannot be loaded, the old version goes on answering. Models that a client unloaded
  /// stay unloaded.
  ///
  /// The call waits for earlier operations. It returns when every replaced version has answered all admitted
  /// requests.
  ///
  /// - Returns: what was loaded and unloaded, and what failed.
  /// - Throws: `ModelRegistryError` before the first load and after `stop`. `ModelRepositoryError` if the repository
  ///   cannot be read; nothing changes then. `CancellationError` if the task is cancelled; the reload then goes on.
  public func reload() async throws -> ReloadReport {
    // A call that comes while a reload waits shares that reload, which has not read the repository yet.
    let task = state.withLock { state in
      if let waiting = state.waitingReload { return waiting }
      let task = lane.run { [self] in
        self.state.withLock { $0.waitingReload = nil }
        return try await takeOver(retriesFailures: true)
      }
      state.waitingReload = task
      return task
    }
    return try await task.valueUnlessCancelled
  }

  /// Reloads for a caller that polls the repository. The only difference to `reload` is that a version that failed is
  /// tried again only if its files have changed.
  ///
  /// - Returns: what was loaded and unloaded, and what failed.
  /// - Throws: the errors of `reload`.
  public func reloadChanges() async throws -> ReloadReport {
    try await lane.run { [self] in try await takeOver(retriesFailures: false) }.valueUnlessCancelled
  }

  /// Loads one model, also if it was unloaded before.
  ///
  /// - Parameters:
  ///   - name: the name of the model.
  ///   - version: the version to serve. It is pinned: it stays until a client asks for another one, whatever versions
  ///     the repository gets. Without a version, the highest one that can be loaded is served, and none is pinned.
  /// - Returns: the entry of the model after loading.
  /// - Throws: `ModelRegistryError` for an unknown model or version, if another operation on the model is under way,
  ///   if no version can be loaded, before the first load and after `stop`. `ModelRepositoryError` if the repository
  ///   cannot be read. `CancellationError` if the task is cancelled; loading then goes on.
  public func load(_ name: String, version: Int? = nil) async throws -> ModelEntry {
    try await claiming(name, for: .load) { [self] in
      let contents = try await repositoryContents()
      let versions = contents.versions(of: name)
      try requireKnown(name, version, contents)
      note(contents, names: [name])
      for action in beginLoading(name, version, versions) {
        let report = try await perform(action)
        guard report.loaded.isEmpty else { continue }
        // No version was asked for, so none is pinned any more, even if a higher version has failed.
        if version == nil { _ = entry(name) { $0.record.pinnedVersion = nil } }
        throw notLoaded(name, report.failed)
      }
      return entry(name) { $0.record.pinnedVersion = version }
    }
  }

  /// Unloads one model until a client loads it again, and returns when it has answered all admitted requests.
  ///
  /// - Returns: the entry of the model after unloading.
  /// - Throws: `ModelRegistryError` for an unknown model, if another operation on the model is under way, before the
  ///   first load and after `stop`. `CancellationError` if the task is cancelled; unloading then goes on.
  public func unload(_ name: String) async throws -> ModelEntry {
    try await claiming(name, for: .unload) { [self] in
      try requireRunning()
      try state.withLock { state throws(ModelRegistryError) in
        var slot = try state.slot(name)
        slot.record.isUnloaded = true
        slot.record.pinnedVersion = nil
        state.slots[name] = slot
      }
      _ = await takeAway(name)
      return entry(name) { _ in }
    }
  }
}

/// The parts of operations. They run in the lane, one after the other.
extension ModelRegistry {
  /// Runs an operation on one model in its turn.
  ///
  /// - Throws: `ModelRegistryError.busy` if another operation on the same model is under way or waits.
  private func claiming<Value: Sendable>(
    _ name: String, for operation: ModelOperation, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = try state.withLock { state throws(ModelRegistryError) in
      guard state.source != nil else { throw .loading }
      if let busy = state.operation(on: name) { throw .busy(name: name, isUnloading: busy == .unload) }
      state.claims[name] = operation
      return lane.run { [self] in
        defer { self.state.withLock { $0.claims[name] = nil } }
        return try await body()
      }
    }
    return try await task.valueUnlessCancelled
  }

  /// Takes note of the repository and its models, before they are loaded.
  ///
  /// - Throws: `ModelRepositoryError.unknownModel` if the default model is none of them.
  private func begin(
    _ repository: ModelRepository, _ contents: RepositoryContents, defaultName: String?,
    _ configuration: ServingConfiguration
  ) throws(ModelRepositoryError) {
    let name = defaultName ?? contents.names[0]
    guard contents.names.contains(name) else { throw .unknownModel(name: name, known: contents.names) }
    let decodePool = DecodePool(
      threadCount: configuration.threadCount, maximumPixels: configuration.maximumPixelsInFlight)
    state.withLock { state in
      state.source = Source(repository: repository, configuration: configuration, decodePool: decodePool)
      state.isDefaultGiven = defaultName != nil
      state.defaultName = name
    }
    note(contents, names: contents.names)
  }

  /// Loads and unloads models until the served versions are those of the repository.
  private func takeOver(retriesFailures: Bool) async throws -> ReloadReport {
    let contents = try await repositoryContents()
    note(contents, names: contents.names)
    var report = ReloadReport()
    for action in actions(for: contents, retriesFailures: retriesFailures) { report.add(try await perform(action)) }
    return report
  }

  private func actions(for contents: RepositoryContents, retriesFailures: Bool) -> [ModelAction] {
    let records = state.withLock { $0.slots.mapValues(\.record) }
    return ModelAction.actions(for: contents, records: records, retriesFailures: retriesFailures)
  }

  /// Reads the names, versions and fingerprints of the repository.
  ///
  /// - Throws: `ModelRegistryError`, `ModelRepositoryError`.
  private func repositoryContents() async throws -> RepositoryContents {
    try requireRunning()
    guard let source = state.withLock({ $0.source }) else { throw ModelRegistryError.loading }
    return try await onOwnThread("repository") { try source.repository.contents() }
  }

  /// Takes note of models and versions that are new or gone, before anything is done about it.
  private func note(_ contents: RepositoryContents, names: [String]) {
    state.withLock { state in
      for name in names {
        var slot = state.slots[name] ?? ModelSlot(activity: .awaitingLoad)
        slot.isPresent = true
        let versions = contents.versions(of: name)
        slot.record.failures = slot.record.failures.filter { versions[$0.key] != nil }
        state.slots[name] = slot
      }
    }
  }

  /// - Throws: `ModelRegistryError.unknownModel` or `.unknownVersion` if the repository does not hold the model or
  ///   the version.
  private func requireKnown(
    _ name: String, _ version: Int?, _ contents: RepositoryContents
  ) throws(ModelRegistryError) {
    let versions = contents.versions(of: name)
    guard !versions.isEmpty else { throw .unknownModel(name: name, known: contents.names) }
    guard let version, versions[version] == nil else { return }
    throw .unknownVersion(name: name, version: version, known: versions.keys.sorted())
  }

  private func requireRunning() throws(ModelRegistryError) {
    if state.withLock({ $0.isStopping }) { throw .stopping }
  }

  /// The actions that make the version answer, or the highest version if none is given.
  private func beginLoading(
    _ name: String, _ version: Int?, _ versions: [Int: VersionFingerprint]
  ) -> [ModelAction] {
    state.withLock { state in
      var slot = state.slots[name]!
      slot.record.isUnloaded = false
      if slot.model == nil { slot.activity = .awaitingLoad }
      state.slots[name] = slot
      // The version that was asked for before counts until this one is there.
      slot.record.pinnedVersion = version
      return ModelAction.actions(
        for: RepositoryContents([name: versions]), records: [name: slot.record], retriesFailures: true)
    }
  }

  private func notLoaded(_ name: String, _ failures: [FailedVersion]) -> ModelRegistryError {
    .notLoaded(name: name, reasons: failures, served: state.withLock { $0.slots[name]?.model?.version })
  }

  private func answers(_ name: String) -> Bool { state.withLock { $0.slots[name]?.model != nil } }

  private func entry(_ name: String, change: (inout ModelSlot) -> Void) -> ModelEntry {
    state.withLock { state in
      change(&state.slots[name]!)
      return state.slots[name]!.entry(name, isDefault: name == state.defaultName)
    }
  }
}

extension ModelRegistry.State {
  /// The operation on a model that is under way or waits.
  fileprivate func operation(on name: String) -> ModelRegistry.ModelOperation? {
    if let claim = claims[name] { return claim }
    return switch slots[name]?.activity {
    case .awaitingLoad, .loading: .load
    case .unloading: .unload
    case nil: nil
    }
  }
}

extension ReloadReport {
  mutating func add(_ other: ReloadReport) {
    loaded += other.loaded
    unloaded += other.unloaded
    failed += other.failed
  }
}

extension [FailedVersion] {
  /// All reasons in one line.
  var text: String { map { "version \($0.version): \($0.reason)" }.joined(separator: "; ") }
}
