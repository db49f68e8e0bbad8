/// The entry of one model in a registry: its record, and the model that answers.
struct ModelSlot: Sendable {
  /// The work that is under way on the model.
  enum Activity: Hashable, Sendable {
    /// Nothing, but it will be loaded in its turn.
    case awaitingLoad
    case loading(version: Int)
    case unloading
  }

  var record = ModelRecord()
  var model: ServedModel?
  /// Time to read, compile and warm up what answers.
  var loadTime = Duration.zero
  var activity: Activity?
  /// Whether the repository has any version of it.
  var isPresent = true
  /// The version that answered, or was tried, last.
  var lastVersion: Int?

  var state: ModelState {
    if activity == .unloading { return .unloading }
    if model != nil { return .ready }
    if activity != nil { return .loading }
    return record.isUnloaded ? .unloaded : .failed
  }

  /// The error of the highest version that failed, among the served version and the versions above it.
  var reason: String? {
    let failures = record.failures.filter { $0.key >= record.served?.version ?? 0 }
    return failures.max { $0.key < $1.key }.map { "version \($0.key): \($0.value.reason)" }
  }

  func entry(_ name: String, isDefault: Bool) -> ModelEntry {
    ModelEntry(
      name: name, state: state, version: model?.version ?? lastVersion.map(String.init), reason: reason,
      isDefault: isDefault, isPinned: record.pinnedVersion != nil, model: model)
  }
}
