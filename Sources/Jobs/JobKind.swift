/// What a job does.
public enum JobKind: String, Codable, CaseIterable, Sendable {
  /// Makes a classifier of photos with the features of a pretrained network: `convserve adapt`.
  case adapt
  /// Trains a network from nothing: `convserve train`.
  case train
}
