import CIntrinsics
import Foundation
import Synchronization

/// The actions on models. One operation at a time calls them.
extension ModelRegistry {
  func perform(_ action: ModelAction) async throws -> ReloadReport {
    switch action {
    case .load(let name, let versions): return try await replace(name, withOneOf: versions)
    case .remove(let name): return await remove(name)
    case .unpin(let name, let version):
      state.withLock { $0.slots[name]?.record.pinnedVersion = nil }
      onEvent(.unpinned(ModelVersion(name, version)))
      return ReloadReport()
    }
  }

  /// Loads the first of these versions that can be loaded beside what answers, which it then replaces.
  ///
  /// - Throws: `ModelRegistryError.stopping`.
  private func replace(_ name: String, withOneOf versions: [Int]) async throws -> ReloadReport {
    var report = ReloadReport()
    defer { state.withLock { $0.slots[name]?.activity = nil } }
    for version in versions {
      guard let source = beginLoading(name, version) else { throw ModelRegistryError.stopping }
      let start = ContinuousClock.now
      let (fingerprint, outcome) = await Self.prepared(name, version, source)
      switch outcome {
      case .success(let model):
        let time = ContinuousClock.now - start
        let old = put(model, in: name, .init(version: version, fingerprint: fingerprint), time)
        report.loaded = [ModelVersion(name, version)]
        onEvent(.loaded(ModelVersion(name, version), in: time))
        if let old {
          await retire(old.model)
          if old.version != version { report.unloaded = [ModelVersion(name, old.version)] }
        }
        return report
      case .failure(let error):
        let reason = Self.reason(error, in: source.repository)
        report.failed.append(fail(name, version, fingerprint, reason))
      }
    }
    return report
  }

  /// Nil where the server is stopping.
  private func beginLoading(_ name: String, _ version: Int) -> Source? {
    state.withLock { state in
      guard !state.isStopping else { return nil }
      state.slots[name]!.activity = .loading(version: version)
      state.slots[name]!.lastVersion = version
      return state.source
    }
  }

  /// Compiles a version and computes a blank image with it.
  ///
  /// - Returns: the fingerprint of the version's files before they were read, with the model or the error.
  private static func prepared(
    _ name: String, _ version: Int, _ source: Source
  ) async -> (VersionFingerprint, Result<ServedModel, any Error>) {
    let repository = source.repository
    let fingerprint = await onOwnThread("fingerprint") { repository.fingerprint(of: name, version: version) }
    do {
      let model = try await onOwnThread("load-model") {
        let package = try repository.package(named: name, version: version, weights: .copied)
        guard repository.fingerprint(of: name, version: version) == fingerprint else { throw ChangedMeanwhile() }
        return try ServedModel(package, configuration: source.configuration, decodePool: source.decodePool)
      }
      try await model.warmUp()
      return (fingerprint, .success(model))
    } catch {
      return (fingerprint, .failure(error))
    }
  }

  /// The switch: from here on requests go to this version.
  ///
  /// - Returns: what answered before.
  private func put(
    _ model: ServedModel, in name: String, _ loaded: ModelRecord.Loaded, _ time: Duration
  ) -> (model: ServedModel, version: Int)? {
    state.withLock { state in
      var slot = state.slots[name]!
      defer { state.slots[name] = slot }
      let old = slot.model.flatMap { model in slot.record.served.map { (model, $0.version) } }
      slot.model = model
      slot.record.served = loaded
      slot.record.failures[loaded.version] = nil
      slot.loadTime = time
      return old
    }
  }

  private func fail(
    _ name: String, _ version: Int, _ fingerprint: VersionFingerprint, _ reason: String
  ) -> FailedVersion {
    state.withLock { state in
      state.slots[name]!.record.failures[version] = .init(fingerprint: fingerprint, reason: reason)
    }
    let failed = FailedVersion(name, version, reason)
    onEvent(.failed(failed))
    return failed
  }

  /// The error in words without the path of the repository, because clients over the network must not learn where
  /// files lie.
  private static func reason(_ error: any Error, in repository: ModelRepository) -> String {
    describe(error).replacing(repository.directory.path + "/", with: "")
  }

  /// Serves a model no more that the repository does not hold any more. That it was unloaded is remembered.
  private func remove(_ name: String) async -> ReloadReport {
    let version = await takeAway(name)
    state.withLock { state in
      state.slots[name]?.isPresent = false
      if state.slots[name]?.record.isUnloaded == false { state.slots[name] = nil }
      if name == state.defaultName, !state.isDefaultGiven { state.defaultName = state.presentNames.first }
    }
    var report = ReloadReport()
    if let version { report.unloaded = [version] }
    return report
  }

  /// Unloads the model that answers, and returns when it has answered all admitted requests.
  ///
  /// - Returns: the version that answered, or `nil` if none did.
  func takeAway(_ name: String) async -> ModelVersion? {
    let old: (model: ServedModel, version: ModelVersion)? = state.withLock { state in
      guard var slot = state.slots[name], let model = slot.model, let served = slot.record.served else { return nil }
      slot.model = nil
      slot.record.served = nil
      slot.lastVersion = served.version
      slot.activity = .unloading
      state.slots[name] = slot
      return (model, ModelVersion(name, served.version))
    }
    guard let old else { return nil }
    await retire(old.model)
    state.withLock { $0.slots[name]?.activity = nil }
    onEvent(.unloaded(old.version))
    return old.version
  }

  /// Ends a model that gets no new requests: it finishes the admitted ones, and its memory goes back to the system.
  private func retire(_ model: ServedModel) async {
    await model.drain()
    // It takes a while, and the threads that tasks share are not to wait for it.
    await onOwnThread("return-memory") { convserve_return_freed_memory() }
  }
}

/// The files of a version changed while they were read. The contents may be half of the old and half of the new
/// version.
private struct ChangedMeanwhile: Error, CustomStringConvertible {
  var description: String { "its files changed while they were read; reload when they are complete" }
}
