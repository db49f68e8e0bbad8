import Foundation
import ImageInput

/// The contents of `model.json`: the description of a version, beside its weights and labels.
public struct ModelManifest: Codable, Hashable, Sendable {
  /// The name of the architecture, as `convserve architectures` lists it.
  public var architecture: String
  /// The number of classes, which is the number of the network's outputs and of the lines of `labels.txt`.
  public var numClasses: Int
  /// The shape of one input sample, `[C, H, W]`.
  public var inputShape: [Int]
  /// The way from an image to the network's input. Its result must have the shape `inputShape`.
  public var preprocessing: Preprocessing
  /// The origin of the weights in words, for example a URL.
  public var source: String
  /// The licence of the weights, as an SPDX identifier if there is one.
  public var licence: String

  /// A manifest of the given values. Nothing is checked here.
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
