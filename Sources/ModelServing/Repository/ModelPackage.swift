import Foundation

/// One version of a model as it lies in the repository.
public struct ModelPackage: Sendable {
  public let name: String
  /// A whole number.
  public let version: Int
  public let directory: URL
  /// What `model.json` says.
  public let manifest: ModelManifest
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
