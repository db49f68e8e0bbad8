/// A model as a registry lists it, with its state at one moment.
public struct ModelEntry: Sendable {
  /// The name of the model.
  public let name: String
  /// The state of the model.
  public let state: ModelState
  /// The version that answers. If none answers, it is the version that was loaded or tried last; `nil` before the
  /// first attempt.
  public let version: String?
  /// The reason why a version could not be loaded. Of several, it is the highest version that failed. Versions below
  /// the one that answers do not count. It is `nil` if no version failed.
  public let reason: String?
  /// Whether the model answers requests that name no model.
  public let isDefault: Bool
  /// Whether a client asked for this version, so that it stays when the repository gets a higher one.
  public let isPinned: Bool
  /// The model that answers; `nil` if none does.
  public let model: ServedModel?
}
