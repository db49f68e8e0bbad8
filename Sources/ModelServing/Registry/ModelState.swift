/// How far a model is.
public enum ModelState: String, CaseIterable, Encodable, Sendable {
  /// It waits to be loaded, or is being loaded, and nothing answers yet.
  case loading
  /// It answers.
  case ready
  /// It takes no new requests, and those that it took are being finished.
  case unloading
  /// Somebody had it unloaded.
  case unloaded
  /// None of its versions could be loaded.
  case failed
}

/// One version of a model, by name.
public struct ModelVersion: Hashable, Sendable, Encodable {
  public let name: String
  public let version: String

  init(_ name: String, _ version: Int) {
    self.name = name
    self.version = String(version)
  }
}

/// A version that could not be loaded, and why.
public struct FailedVersion: Hashable, Sendable, Encodable {
  public let name: String
  public let version: String
  public let reason: String

  init(_ name: String, _ version: Int, _ reason: String) {
    self.name = name
    self.version = String(version)
    self.reason = reason
  }
}

/// What a reload did.
public struct ReloadReport: Hashable, Sendable {
  /// What answers since then.
  public internal(set) var loaded: [ModelVersion] = []
  /// What answered before and does not any more.
  public internal(set) var unloaded: [ModelVersion] = []
  /// What was tried and could not be loaded.
  public internal(set) var failed: [FailedVersion] = []

  public var isEmpty: Bool { loaded.isEmpty && unloaded.isEmpty && failed.isEmpty }
}

/// What happens to models while a server runs, for logs.
public enum ModelEvent: Hashable, Sendable {
  case loaded(ModelVersion, in: Duration)
  /// It answers no more, and all that it took is answered.
  case unloaded(ModelVersion)
  case failed(FailedVersion)
  /// The version that somebody had asked for is gone from the repository: the highest counts again.
  case unpinned(ModelVersion)
}
