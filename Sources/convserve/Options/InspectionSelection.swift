import ArgumentParser
import Explanations
import Foundation
import ImageInput
import InferenceRuntime
import ModelServing

/// A model to look into, and how pictures come to it.
struct InspectionSelection: ParsableArguments {
  @Option(name: .long, help: "Name of the model. (default: the first by name)")
  var model: String?

  @OptionGroup var directory: ModelsDirectory

  @Option(name: .long, help: "center or stretch. (default: the model's own)")
  var crop: CropMode?

  @Option(name: .long, help: "How JPEGs are decoded: exact or scaled, as in serve.")
  var jpegDecoding = JPEGDecoding.standard

  /// Nobody else computes.
  private static let line = ExplanationLine.Configuration(memoryLimit: 16 << 30, threadCount: 2)

  var options: InspectionOptions { InspectionOptions(crop: crop, timeout: Self.timeout) }

  static let timeout = Duration.seconds(3600)

  func inspector() throws -> Inspector {
    try OpenBLASCheck.verify()
    let repository = directory.repository
    let (package, unusable) = try repository.usablePackage(named: model ?? repository.modelNames()[0])
    for error in unusable { Terminal.note("Warning: \(error); version \(package.version) is used instead") }
    let model = InspectedModel(
      package, configuration: ServingConfiguration(jpegDecoding: jpegDecoding), decodePool: DecodePool(threadCount: 1))
    return Inspector(model, line: ExplanationLine(Self.line))
  }

  static func image(_ path: String) throws -> EncodedImage {
    let file = URL(fileURLWithPath: path)
    return EncodedImage(name: file.lastPathComponent, bytes: [UInt8](try Data(readingFrom: file)))
  }
}
