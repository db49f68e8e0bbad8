import Foundation
import ImageInput

/// `model.json`: what a model is, beside its weights and labels.
public struct ModelManifest: Codable, Hashable, Sendable {
  /// Name of the architecture, as `convserve architectures` lists it.
  public var architecture: String
  public var numClasses: Int
  /// Shape of one input sample, `[C, H, W]`.
  public var inputShape: [Int]
  public var preprocessing: Preprocessing
  /// Where the weights come from, in words.
  public var source: String
  /// Licence of the weights, an SPDX identifier where there is one.
  public var licence: String

  public init(
    architecture: String, numClasses: Int, inputShape: [Int], preprocessing: Preprocessing, source: String,
    licence: String
  ) {
    self.architecture = architecture
    self.numClasses = numClasses
    self.inputShape = inputShape
    self.preprocessing = preprocessing
    self.source = source
    self.licence = licence
  }

  enum CodingKeys: String, CodingKey {
    case architecture
    case numClasses = "num_classes"
    case inputShape = "input_shape"
    case preprocessing, source, licence
  }
}

extension ModelManifest {
  static let fileName = "model.json"

  init(directory: URL) throws(UnreadableFile) {
    let file = directory.appendingPathComponent(Self.fileName)
    self = try readable(file) { try JSONDecoder().decode(ModelManifest.self, from: Data(contentsOf: file)) }
  }

  func write(directory: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(self) + Data("\n".utf8)
    try data.write(to: directory.appendingPathComponent(Self.fileName))
  }
}
