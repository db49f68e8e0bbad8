import InferenceRuntime
import Synchronization

/// The models of a running server by name.
///
/// The registry is empty until `load(_:defaultName:configuration:)` has loaded and warmed up all models. After that,
/// models are loaded and unloaded one operation after the other. A new version takes the place of an old one in one
/// step, and the old one finishes the requests that it has admitted. So each request is answered by one version.
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
    /// Whether the user who started the server chose the default model. It then stays the default, whatever the
    /// repository holds.
    var isDefaultGiven = false
    /// Whether all that the repository held at the start has been loaded.
    var isReady = false
    var isStopping = false
    /// By model, the operation that is under way, or waits its turn.
    var claims: [String: ModelOperation] = [:]
    /// A reload that has not begun, so that further callers can share it.
    var waitingReload: Task<ReloadReport, any Error>?
  }

  /// An operation that a client can request for one model.
  enum ModelOperation: Sendable {
    case load, unload
  }

  let state = Mutex(State())
  let lane = OperationLane()
  let onEvent: @Sendable (ModelEvent) -> Void

  /// An empty registry.
  ///
  /// - Parameter onEvent: called when a model is loaded, unloaded or unpinned, or fails. One operation calls it at a
  ///   time.
  public init(onEvent: @escaping @Sendable (ModelEvent) -> Void = { _ in }) {
    self.onEvent = onEvent
  }
}

/// What answers.
extension ModelRegistry {
  /// Whether the first load is complete: every model has computed a blank image. It stays `true` from then on.
  public var isReady: Bool { state.withLock { $0.isReady } }

  /// The models that answer, sorted by name.
  ///
  /// - Throws: `ModelRegistryError.loading` before the first load is complete.
  public func models() throws(ModelRegistryError) -> [ServedModel] {
    guard isReady else { throw .loading }
    return try entries().compactMap(\.model)
  }

  /// All models of the repository with their states, sorted by name.
  ///
  /// - Throws: `ModelRegistryError.loading` before the repository has been read.
  public func entries() throws(ModelRegistryError) -> [ModelEntry] {
    let (slots, defaultName) = state.withLock { ($0.slots, $0.defaultName) }
    guard !slots.isEmpty else { throw .loading }
    return slots.filter(\.value.isPresent).sorted { $0.key < $1.key }.map {
      $0.value.entry($0.key, isDefault: $0.key == defaultName)
    }
  }

  /// The model of a name, or the default model for `nil`.
  ///
  /// - Throws: `ModelRegistryError.loading` before the first load is complete. `.unknownModel` if the repository has
  ///   no such model. `.notReady` if the model does not answer now.
  public func model(named name: String?) throws(ModelRegistryError) -> ServedModel {
    try state.withLock { state throws(ModelRegistryError) in
      guard state.isReady, let name = name ?? state.defaultName else { throw .loading }
      let slot = try state.slot(name)
      guard let model = slot.model else { throw .notReady(name: name, state: slot.state, reason: slot.reason) }
      return model
    }
  }

  /// Calls `body` with the model of a name, or with the default model for `nil`.
  ///
  /// If the model is replaced before it admits the request (`body` throws `BatchQueueError.closed`), `body` is called
  /// again with the model that replaced it. So no request is lost when a model is replaced.
  ///
  /// - Throws: `ModelRegistryError` as `model(named:)` does; errors of `body`. `BatchQueueError.closed` if the server
  ///   is stopping.
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

  /// Tells whether a request for one image would be refused now.
  ///
  /// - Parameters:
  ///   - name: the name of the model; `nil` for the default model.
  ///   - timeout: the time within which the answer is wanted.
  /// - Returns: the reason of the refusal, or `nil` if the image would be admitted.
  /// - Throws: `ModelRegistryError` as `model(named:)` does. `BatchQueueError.closed` if the server is stopping.
  public func refusal(named name: String?, within timeout: Duration) throws -> BatchQueueError? {
    try refusal(of: try model(named: name), named: name, within: timeout)
  }

  /// Tells whether a request for one image would be refused now, for a caller that has looked up the model already.
  ///
  /// - Parameters:
  ///   - model: the model that answered under the name a moment ago. If it has been replaced, the model that replaced
  ///     it is asked.
  ///   - name: the name of the model; `nil` for the default model.
  ///   - timeout: the time within which the answer is wanted.
  /// - Returns: the reason of the refusal, or `nil` if the image would be admitted.
  /// - Throws: `ModelRegistryError` as `model(named:)` does. `BatchQueueError.closed` if the server is stopping.
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

  /// The model that has replaced a closed one.
  ///
  /// - Throws: `BatchQueueError.closed` if no model has, because the server is stopping.
  private func successor(of model: ServedModel, named name: String?) throws -> ServedModel {
    let next = try self.model(named: name)
    guard next !== model else { throw BatchQueueError.closed }
    return next
  }

  /// The given name, or the default name for `nil`, if the repository has such a model. The model need not be ready.
  /// Otherwise the result is `nil`. Logs and metrics use it, so that clients cannot invent names there.
  public func knownName(_ name: String?) -> String? {
    state.withLock { state in
      (name ?? state.defaultName).flatMap { state.slots[$0]?.isPresent == true ? $0 : nil }
    }
  }

  /// The name of the model that answers requests without a name; `nil` before the repository has been read.
  public var defaultName: String? { state.withLock { $0.defaultName } }

  /// The time that each answering model took to be read, compiled and warmed up, by name.
  public var loadTimes: [String: Duration] {
    state.withLock { $0.slots.filter { $0.value.model != nil }.mapValues(\.loadTime) }
  }
}

/// The end.
extension ModelRegistry {
  /// Ends loading and unloading: new operations are refused. A version that is being loaded is completed. Models go
  /// on answering.
  public func stop() { state.withLock { $0.isStopping = true } }

  /// Stops the registry and closes all models. It returns when no model is being loaded and every model has answered
  /// its admitted requests.
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
