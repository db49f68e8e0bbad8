import Foundation
import ImageInput
import InferenceRuntime
import TestSupport

@testable import ModelServing

/// The committed model, ResNet-8, and pictures for it.
enum Fixtures {
  static let modelName = Checkout.model.lastPathComponent
  static let version = Checkout.model.appendingPathComponent("1", isDirectory: true)

  static func package() throws -> ModelPackage {
    try ModelRepository(path: Checkout.models.path).package(named: modelName)
  }

  static func servedModel(
    _ batching: BatchQueue.Configuration = .init(), decodePool: DecodePool = DecodePool(threadCount: 2)
  ) throws -> ServedModel {
    try ServedModel(package(), configuration: ServingConfiguration(batching: batching), decodePool: decodePool)
  }

  static func image(_ name: String) throws -> EncodedImage {
    EncodedImage(name: name, bytes: try [UInt8](Data(readingFrom: Checkout.images.appendingPathComponent(name)))[...])
  }

  /// Pictures of different content, size and format.
  static func images() throws -> [EncodedImage] {
    let names = [
      "photo.jpg", "baseline-444.jpg", "rgb.png", "lossy.webp", "grey.png", "cmyk.jpg", "palette.png", "lossless.webp",
    ]
    return try names.map(image)
  }
}

extension TemporaryFolder {
  /// A model repository in this folder, empty at first.
  var repository: ModelRepository { ModelRepository(path: url.appendingPathComponent("models").path) }
}

extension Tensor {
  /// A sample of one number.
  static func number(_ value: Int) -> Tensor { Tensor(shape: [1], values: [Float(value)]) }
}
