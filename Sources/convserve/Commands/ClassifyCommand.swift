import ArgumentParser
import Foundation
import ImageInput
import InferenceRuntime
import ModelServing
import NetworkAnalysis
import ServerAPI

struct ClassifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Classifies images without a server.")

  @Argument(help: "JPEG, PNG or WebP files.", completion: .file())
  var images: [String]

  @Option(name: .long, help: "Name of the model. (default: the first by name)")
  var model: String?

  @OptionGroup var directory: ModelsDirectory

  @Option(name: .long, help: "How many classes to name.")
  var topK = 5

  @Option(name: .long, help: "center, stretch or ten. (default: the model's own)")
  var crop: CropMode?

  @Option(name: .long, help: "How JPEGs are decoded: exact or scaled, as in serve.")
  var jpegDecoding = JPEGDecoding.standard

  @Option(name: .long, help: "probability or logit.")
  var scores: ScoreKind = .probability

  @Flag(name: .long, help: "Prints the same JSON as the server.")
  var json = false

  func validate() throws {
    guard topK >= 1 else { throw ValidationError("--top-k takes a whole number of at least 1") }
  }

  func run() async throws {
    try OpenBLASCheck.verify()
    let encoded = try images.map { path in
      let file = URL(fileURLWithPath: path)
      return EncodedImage(name: file.lastPathComponent, bytes: try [UInt8](Data(readingFrom: file))[...])
    }
    let repository = directory.repository
    let name = try model ?? repository.modelNames()[0]
    let batching = BatchQueue.Configuration(capacity: max(128, images.count * 10))
    let served = try ServedModel(
      repository.package(named: name),
      configuration: ServingConfiguration(batching: batching, jpegDecoding: jpegDecoding),
      decodePool: DecodePool(threadCount: 2))
    defer { served.close() }
    let options = ClassificationOptions(topK: topK, crop: crop, scores: scores, timeout: .seconds(3600))
    let answer = try await served.classify(encoded, options: options)
    if json {
      Terminal.write(encodedJSON(answer, pretty: true))
    } else {
      for prediction in answer.predictions { print(prediction) }
    }
  }

  private func print(_ prediction: Classification) {
    let score = scores.rawValue
    let columns: [Table.Column] = [
      .init("rank", "rank", .right), .init(score, score, .right),
      .init("label", "label", .left), .init("id", "id", .left, dispensability: 1),
    ]
    let rows = prediction.classes.map { best in
      [
        String(best.rank),
        scores == .probability ? String(format: "%.2f %%", best.score * 100) : String(format: "%.3f", best.score),
        best.label.name, best.label.id ?? "",
      ].map { Table.Cell($0) }
    }
    let heading = "\(prediction.image) (\(prediction.width) x \(prediction.height))\n\n"
    Terminal.write(Array((heading + Table(columns: columns, rows: rows).text(width: Terminal.width) + "\n").utf8))
  }
}

extension CropMode: ExpressibleByArgument {}
extension ScoreKind: ExpressibleByArgument {}
