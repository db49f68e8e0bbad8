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

  init(directory: URL) throws(ModelRepositoryError) {
    let url = directory.appendingPathComponent(Self.fileName)
    do {
      self = try JSONDecoder().decode(ModelManifest.self, from: Data(contentsOf: url))
    } catch {
      throw .unreadable(path: url.path, reason: describe(error))
    }
  }

  func write(directory: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(self) + Data("\n".utf8)
    try data.write(to: directory.appendingPathComponent(Self.fileName))
  }
}

/// A decoding error in words, with the field that it concerns; other errors as they describe themselves.
public func describe(_ error: any Error) -> String {
  switch error {
  case DecodingError.keyNotFound(let key, let context):
    "the field \(path(context.codingPath + [key])) is missing"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    "the field \(path(context.codingPath)) has the wrong type: \(context.debugDescription)"
  case DecodingError.dataCorrupted(let context):
    context.codingPath.isEmpty
      ? "not valid JSON" : "the field \(path(context.codingPath)): \(context.debugDescription)"
  case let error as any CustomStringConvertible:
    error.description
  }
}

private func path(_ keys: [any CodingKey]) -> String {
  keys.map(\.stringValue).joined(separator: ".")
}
