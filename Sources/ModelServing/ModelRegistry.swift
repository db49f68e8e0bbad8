import InferenceRuntime
import Synchronization

/// The models of a running server: empty until all are loaded and warmed up, then fixed.
public final class ModelRegistry: Sendable {
  private struct Loaded {
    let models: [String: ServedModel]
    let defaultName: String
    let loadTimes: [String: Duration]
  }

  private let loaded = Mutex<Loaded?>(nil)

  public init() {}

  /// `true` once every model has answered a warm-up.
  public var isReady: Bool { loaded.withLock { $0 != nil } }

  /// All models, by name.
  ///
  /// - Throws: `ModelRegistryError.loading` before they are ready.
  public func models() throws(ModelRegistryError) -> [ServedModel] {
    try current().models.values.sorted { $0.name < $1.name }
  }

  /// The named model, or the default one.
  ///
  /// - Throws: `ModelRegistryError`.
  public func model(named name: String?) throws(ModelRegistryError) -> ServedModel {
    let loaded = try current()
    let name = name ?? loaded.defaultName
    guard let model = loaded.models[name] else {
      throw .unknownModel(name: name, known: loaded.models.keys.sorted())
    }
    return model
  }

  /// Name of the model that answers where none is named; `nil` before the models are ready.
  public var defaultName: String? { loaded.withLock { $0?.defaultName } }

  /// How long each model took to be read, compiled and warmed up; empty before the models are ready.
  public var loadTimes: [String: Duration] { loaded.withLock { $0?.loadTimes ?? [:] } }

  private func current() throws(ModelRegistryError) -> Loaded {
    guard let current = loaded.withLock({ $0 }) else { throw .loading }
    return current
  }

  /// Loads, compiles and warms up every model of a repository.
  ///
  /// - Parameter defaultName: the first by name where not given.
  /// - Throws: `OpenBLASMismatch`, `ModelRepositoryError`, or what is wrong with a model, with its name.
  public func load(
    _ repository: ModelRepository, defaultName: String?, configuration: ServingConfiguration
  ) async throws {
    try OpenBLASCheck.verify()
    let names = try repository.modelNames()
    let defaultName = defaultName ?? names[0]
    guard names.contains(defaultName) else {
      throw ModelRepositoryError.unknownModel(name: defaultName, known: names)
    }
    let decodePool = DecodePool(
      threadCount: configuration.threadCount, maximumPixels: configuration.maximumPixelsInFlight)
    var models: [String: ServedModel] = [:]
    var loadTimes: [String: Duration] = [:]
    for name in names {
      try Task.checkCancellation()
      let start = ContinuousClock.now
      do {
        let model = try ServedModel(
          repository.package(named: name), configuration: configuration, decodePool: decodePool)
        try await model.warmUp()
        models[name] = model
        loadTimes[name] = ContinuousClock.now - start
      } catch {
        throw ModelLoadingError(model: name, reason: describe(error))
      }
    }
    loaded.withLock { [models, loadTimes] in
      $0 = Loaded(models: models, defaultName: defaultName, loadTimes: loadTimes)
    }
  }

  /// Refuses new requests and returns when every model has answered what it admitted.
  public func drain() async {
    let models = loaded.withLock { $0.map { Array($0.models.values) } ?? [] }
    for model in models { model.close() }
    for model in models { await model.drain() }
  }
}

public enum ModelRegistryError: Error, Hashable, Sendable {
  /// The server has just started.
  case loading
  case unknownModel(name: String, known: [String])
}

extension ModelRegistryError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .loading: "the models are still being loaded; try again in a moment"
    case .unknownModel(let name, let known):
      "no model is named \"\(name)\"; this server has \(known.joined(separator: ", "))"
    }
  }
}

/// A model that cannot be served.
public struct ModelLoadingError: Error, Hashable, Sendable, CustomStringConvertible {
  public let model: String
  public let reason: String

  public var description: String { "model \(model) cannot be loaded: \(reason)" }
}
