/// A model as a registry lists it.
public struct ModelEntry: Sendable {
  public let name: String
  public let state: ModelState
  /// The version that answers, or else the one that was tried or served last; nil before there was any.
  public let version: String?
  /// Why a version could not be loaded: the highest of those that should be served.
  public let reason: String?
  /// Whether it answers where no model is named.
  public let isDefault: Bool
  /// Whether somebody asked for this version.
  public let isPinned: Bool
  /// What answers.
  public let model: ServedModel?
}
