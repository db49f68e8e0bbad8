import Foundation

/// One version of a model as it was read from a repository, ready to be compiled.
public struct ModelPackage: Sendable {
  /// The name of the model.
  public let name: String
  /// The number of the version, within `ModelRepository.acceptedVersions`.
  public let version: Int
  /// The folder of the version, `NAME/VERSION/`.
  public let directory: URL
  /// The contents of `model.json`.
  public let manifest: ModelManifest
  /// Network, weights, labels, preprocessing and provenance.
  public let contents: ModelContents
  /// Where the weights can be had once more.
  let weightSource: WeightSource
}

/// How a model's weights are brought into memory.
package enum WeightReading: Sendable {
  /// By mapping the file: nothing is read that nobody looks at. Whoever cuts the file short meanwhile ends the process.
  case mapped
  /// By a copy, whatever becomes of the file meanwhile.
  case copied
}
