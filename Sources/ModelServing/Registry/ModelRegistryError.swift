/// The reason why a registry cannot give or change a model.
public enum ModelRegistryError: Error, Hashable, Sendable {
  /// The server has just started, and its models are not loaded yet.
  case loading
  /// The server is about to end, and changes no models any more.
  case stopping
  /// The repository has no model of this name. `known` lists the names that it has, sorted.
  case unknownModel(name: String, known: [String])
  /// The repository has the model, but not this version. `known` lists the versions that it has, ascending.
  case unknownVersion(name: String, version: Int, known: [Int])
  /// The repository has the model, but the model does not answer now. `reason` says why its version could not be
  /// loaded, if it failed.
  case notReady(name: String, state: ModelState, reason: String?)
  /// Another operation on the same model is under way or waits.
  case busy(name: String, isUnloading: Bool)
  /// None of the requested versions could be loaded. `reasons` has one entry for each attempt. `served` is the
  /// version that goes on answering, if there is one.
  case notLoaded(name: String, reasons: [FailedVersion], served: String?)
}

extension ModelRegistryError: CustomStringConvertible {
  /// The reason in words for the client, and what the client can do.
  public var description: String {
    switch self {
    case .loading: "the models are still being loaded; try again in a moment"
    case .stopping: "the server is stopping; no model is loaded or unloaded any more"
    case .unknownModel(let name, let known):
      "no model is named \"\(name)\"; this server has \(known.joined(separator: ", "))"
    case .unknownVersion(let name, let version, let known):
      "the model \(name) has no version \(version) in the repository; it has "
        + known.map(String.init).joined(separator: ", ")
    case .notReady(let name, let state, let reason): Self.notReady(name, state, reason)
    case .busy(let name, let isUnloading):
      "the model \(name) is being \(isUnloading ? "unloaded" : "loaded"); try again when that is done"
    case .notLoaded(let name, let reasons, let served):
      "the model \(name) could not be loaded: "
        + reasons.map { "version \($0.version): \($0.reason)" }.joined(separator: "; ")
        + (served.map { ". Version \($0) goes on answering" } ?? "")
    }
  }

  private static func notReady(_ name: String, _ state: ModelState, _ reason: String?) -> String {
    switch state {
    case .loading: "the model \(name) is being loaded; try again in a moment"
    // It may have become ready meanwhile.
    case .ready: "the model \(name) was not ready; try again"
    case .unloading: "the model \(name) is being unloaded; POST /v1/models/\(name)/load loads it again"
    case .unloaded: "the model \(name) is unloaded; POST /v1/models/\(name)/load loads it again"
    case .failed:
      "the model \(name) could not be loaded\(reason.map { ": \($0)" } ?? ""). POST /v1/models/\(name)/load tries "
        + "again once its files are mended"
    }
  }
}
