/// The state of a model in a registry. The raw values are those of the API.
public enum ModelState: String, CaseIterable, Encodable, Sendable {
  /// The model waits to be loaded or is being loaded, and no version answers yet. A model that is being replaced is
  /// `ready`.
  case loading
  /// A version answers.
  case ready
  /// The model takes no new requests, and finishes the requests that it has admitted.
  case unloading
  /// A client unloaded the model.
  case unloaded
  /// None of the model's versions could be loaded.
  case failed
}

/// One version of a model.
public struct ModelVersion: Hashable, Sendable, Encodable {
  /// The name of the model.
  public let name: String
  /// The version, a whole number in decimal digits.
  public let version: String

  init(_ name: String, _ version: Int) {
    self.name = name
    self.version = String(version)
  }
}

/// A version that could not be loaded.
public struct FailedVersion: Hashable, Sendable, Encodable {
  /// The name of the model.
  public let name: String
  /// The version, a whole number in decimal digits.
  public let version: String
  /// The reason in words, without the path of the repository.
  public let reason: String

  init(_ name: String, _ version: Int, _ reason: String) {
    self.name = name
    self.version = String(version)
    self.reason = reason
  }
}

/// The changes that a reload made.
public struct ReloadReport: Hashable, Sendable {
  /// The versions that answer since the reload.
  public internal(set) var loaded: [ModelVersion] = []
  /// The versions that answered before the reload and do not answer any more.
  public internal(set) var unloaded: [ModelVersion] = []
  /// The versions that were tried and could not be loaded.
  public internal(set) var failed: [FailedVersion] = []

  /// Whether the reload loaded and unloaded nothing, and no version failed.
  public var isEmpty: Bool { loaded.isEmpty && unloaded.isEmpty && failed.isEmpty }
}

/// A change of a model while a server runs, for logs.
public enum ModelEvent: Hashable, Sendable {
  /// The version answers from now on. The duration is the time to read, compile and warm it up.
  case loaded(ModelVersion, in: Duration)
  /// The model answers no more, and has answered all admitted requests.
  case unloaded(ModelVersion)
  /// The version could not be loaded.
  case failed(FailedVersion)
  /// The pinned version is gone from the repository, so the highest version counts again.
  case unpinned(ModelVersion)
}
