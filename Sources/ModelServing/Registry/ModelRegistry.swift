import InferenceRuntime
import Synchronization

/// The models of a running server: empty until all are loaded and warmed up; then models come and go as they are asked to.
///
/// What answers is switched in one step, and what answered before finishes what it took: a request is answered whole by one
/// version. Models are loaded and unloaded one operation after the other.
public final class ModelRegistry: Sendable {
  /// Where models come from and how they are run.
  struct Source: Sendable {
    let repository: ModelRepository
    let configuration: ServingConfiguration
    let decodePool: DecodePool
  }

  struct State: Sendable {
    /// Nil until the first load begins.
    var source: Source?
    var slots: [String: ModelSlot] = [:]
    var defaultName: String?
    /// Whether the default was chosen by whoever started the server, and stays so whatever the repository holds.
    var isDefaultGiven = false
    /// Whether all that the repository held at the start has been loaded.
    var isReady = false
    var isStopping = false
    /// By model, the operation that is under way, or waits its turn.
    var claims: [String: ModelOperation] = [:]
    /// A reload that has not begun, so that whoever asks for another one can have this.
    var waitingReload: Task<ReloadReport, any Error>?
  }

  /// What somebody can have done with one model.
  enum ModelOperation: Sendable {
    case load, unload
  }

  let state = Mutex(State())
  let lane = OperationLane()
  let onEvent: @Sendable (ModelEvent) -> Void

  /// - Parameter onEvent: told what happens to models; called by one operation at a time.
  public init(onEvent: @escaping @Sendable (ModelEvent) -> Void = { _ in }) {
    self.onEvent = onEvent
  }
}

/// What answers.
extension ModelRegistry {
  /// `true` once every model has answered a warm-up, and from then on.
  public var isReady: Bool { state.withLock { $0.isReady } }

  /// The models that answer, by name.
  ///
  /// - Throws: `ModelRegistryError.loading` before all are ready for the first time.
  public func models() throws(ModelRegistryError) -> [ServedModel] {
    guard isReady else { throw .loading }
    return try entries().compactMap(\.model)
  }

  /// Every model with its state, by name.
  ///
  /// - Throws: `ModelRegistryError.loading` before it is known what models there are.
  public func entries() throws(ModelRegistryError) -> [ModelEntry] {
    let (slots, defaultName) = state.withLock { ($0.slots, $0.defaultName) }
    guard !slots.isEmpty else { throw .loading }
    return slots.filter(\.value.isPresent).sorted { $0.key < $1.key }.map {
      $0.value.entry($0.key, isDefault: $0.key == defaultName)
    }
  }

  /// The named model, or the default one.
  ///
  /// - Throws: `ModelRegistryError`.
  public func model(named name: String?) throws(ModelRegistryError) -> ServedModel {
    try state.withLock { state throws(ModelRegistryError) in
      guard state.isReady, let name = name ?? state.defaultName else { throw .loading }
      let slot = try state.slot(name)
      guard let model = slot.model else { throw .notReady(name: name, state: slot.state, reason: slot.reason) }
      return model
    }
  }

  /// Calls `body` with the named model, or the default one; and once more with its successor where it was replaced before
  /// it took the request, so that no request is lost by that.
  ///
  /// - Throws: `ModelRegistryError`, or what `body` throws.
  public func withModel<Value>(
    named name: String?, _ body: (ServedModel) async throws -> Value
  ) async throws -> Value {
    var model = try model(named: name)
    while true {
      do {
        return try await body(model)
      } catch BatchQueueError.closed {
        model = try successor(of: model, named: name)
      }
    }
  }

  /// Why an image that should be answered within so much time would be refused now, if it would.
  ///
  /// - Throws: `ModelRegistryError`.
  public func refusal(named name: String?, within timeout: Duration) throws -> BatchQueueError? {
    try refusal(of: try model(named: name), named: name, within: timeout)
  }

  /// The same, where the model is known already that answers under the name.
  public func refusal(
    of model: ServedModel, named name: String?, within timeout: Duration
  ) throws -> BatchQueueError? {
    var model = model
    while true {
      let refusal = model.refusal(within: timeout)
      guard refusal == .closed else { return refusal }
      model = try successor(of: model, named: name)
    }
  }

  /// What answers in the place of a model that takes nothing any more.
  ///
  /// - Throws: `BatchQueueError.closed` where it has none, because the server is stopping.
  private func successor(of model: ServedModel, named name: String?) throws -> ServedModel {
    let next = try self.model(named: name)
    guard next !== model else { throw BatchQueueError.closed }
    return next
  }

  /// The name, or the default one where it is nil, as far as there is such a model, ready or not.
  public func knownName(_ name: String?) -> String? {
    state.withLock { state in
      (name ?? state.defaultName).flatMap { state.slots[$0]?.isPresent == true ? $0 : nil }
    }
  }

  /// Name of the model that answers where none is named; `nil` before it is known what models there are.
  public var defaultName: String? { state.withLock { $0.defaultName } }

  /// How long each model that answers took to be read, compiled and warmed up.
  public var loadTimes: [String: Duration] {
    state.withLock { $0.slots.filter { $0.value.model != nil }.mapValues(\.loadTime) }
  }
}

/// The end.
extension ModelRegistry {
  /// From now on nothing is loaded or unloaded any more; what is being loaded is the last.
  public func stop() { state.withLock { $0.isStopping = true } }

  /// Stops, refuses new requests, and returns when every model has answered what it admitted and nothing is being loaded.
  public func drain() async {
    stop()
    await lane.finish()
    let models = state.withLock { $0.slots.values.compactMap(\.model) }
    for model in models { model.close() }
    for model in models { await model.drain() }
  }
}

extension ModelRegistry.State {
  var presentNames: [String] { slots.filter(\.value.isPresent).keys.sorted() }

  /// - Throws: `ModelRegistryError.unknownModel`.
  func slot(_ name: String) throws(ModelRegistryError) -> ModelSlot {
    guard let slot = slots[name], slot.isPresent else { throw .unknownModel(name: name, known: presentNames) }
    return slot
  }
}
