import Foundation
import ImageInput
import InferenceRuntime
import Synchronization

@testable import ModelServing

/// Files of this repository that tests read.
enum Fixtures {
  static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let models = checkout.appendingPathComponent("models", isDirectory: true)
  static let modelName = "resnet8-cifar10"
  static let model = models.appendingPathComponent("\(modelName)/1", isDirectory: true)
  static let weights = checkout.appendingPathComponent("Tests/Goldens/weights", isDirectory: true)

  static func package() throws -> ModelPackage {
    try ModelRepository(path: models.path).package(named: modelName)
  }

  static func servedModel(
    _ batching: BatchQueue.Configuration = .init(), decodePool: DecodePool = DecodePool(threadCount: 2)
  ) throws -> ServedModel {
    try ServedModel(package(), configuration: ServingConfiguration(batching: batching), decodePool: decodePool)
  }

  static func image(_ name: String) throws -> EncodedImage {
    let file = checkout.appendingPathComponent("Tests/Goldens/images").appendingPathComponent(name)
    return EncodedImage(name: name, bytes: try [UInt8](Data(readingFrom: file))[...])
  }

  /// Pictures of different content, size and format.
  static func images() throws -> [EncodedImage] {
    try [
      "photo.jpg", "baseline-444.jpg", "rgb.png", "lossy.webp", "grey.png", "cmyk.jpg", "palette.png", "lossless.webp",
    ]
    .map(image)
  }
}

/// A new folder that is removed with this object.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("convserve-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// An empty model repository in it.
  var repository: ModelRepository { ModelRepository(path: url.appendingPathComponent("models").path) }

  func write(_ text: String, to path: String) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
}

/// Waits until something that happens elsewhere has happened; gives up after 20 seconds.
func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
  for _ in 0..<4_000 {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}

extension Tensor {
  /// A sample of one number.
  static func number(_ value: Int) -> Tensor { Tensor(shape: [1], values: [Float(value)]) }
}
