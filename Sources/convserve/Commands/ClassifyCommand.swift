import ArgumentParser
import Foundation
import ImageInput
import InferenceRuntime
import ModelServing
import NetworkAnalysis
import ServerAPI

struct ClassifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Classifies images without a server.",
    discussion:
      "An image that cannot be classified is named on standard error, and the others are classified all the same.")

  @Argument(help: "JPEG, PNG or WebP files.", completion: .file())
  var images: [String]

  @Option(name: .long, help: ModelChoice.help)
  var model: String?

  @OptionGroup var directory: ModelsDirectory

  @Option(name: .long, parsing: .unconditional, help: "How many classes to name.")
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
    let repository = directory.repository
    let name = try ModelChoice.name(model, in: repository)
    let batching = BatchQueue.Configuration(capacity: max(128, images.count * 10))
    let (package, unusable) = try repository.usablePackage(named: name)
    for error in unusable { Terminal.note("Warning: \(error); version \(package.version) is used instead") }
    let served = try ServedModel(
      package,
      configuration: ServingConfiguration(batching: batching, jpegDecoding: jpegDecoding),
      decodePool: DecodePool(threadCount: 2))
    defer { served.close() }
    let options = ClassificationOptions(topK: topK, crop: crop, scores: scores, timeout: .seconds(3600))
    let outcomes = await outcomes(served, options)
    let predictions = outcomes.compactMap { try? $0.get() }
    if json, !predictions.isEmpty {
      let answer = ClassificationAnswer(model: served.name, version: served.version, predictions: predictions)
      try Terminal.write(encodedJSON(answer, pretty: true))
    } else {
      for prediction in predictions { try print(prediction) }
    }
    for case .failure(let error) in outcomes { Terminal.note("Error: \(error)") }
    if predictions.count < images.count { throw ExitCode.failure }
  }

  /// What became of each image, in their order. Each is a request of its own, so that a bad one fails alone; the queue
  /// computes them in batches all the same.
  private func outcomes(
    _ served: ServedModel, _ options: ClassificationOptions
  ) async -> [Result<Classification, any Error>] {
    await withTaskGroup(of: (Int, Result<Classification, any Error>).self) { group in
      for (index, path) in images.enumerated() {
        group.addTask {
          do {
            let file = URL(fileURLWithPath: path)
            let image = EncodedImage(name: file.lastPathComponent, bytes: [UInt8](try Data(readingFrom: file)))
            return (index, .success(try await served.classify([image], options: options).predictions[0]))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      let outcomes = await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      return images.indices.map { outcomes[$0]! }
    }
  }

  private func print(_ prediction: Classification) throws {
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
    try Terminal.write(heading + Table(columns: columns, rows: rows).text(width: Terminal.width) + "\n")
  }
}

extension CropMode: ExpressibleByArgument {}
extension ScoreKind: ExpressibleByArgument {}
