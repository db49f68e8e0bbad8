import ArgumentParser
import Foundation
import ImageInput
import InferenceRuntime
import ModelServing
import ServerAPI

struct EmbedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Turns images into vectors of features, for search and for tasks of one's own.",
    discussion: """
      Prints a line of JSON for each image: {"image", "model", "version", "values": [...]}. The values are what the model's \
      last layer takes, divided by their length, so that the product of two images' values is their cosine similarity; those \
      of different models have nothing in common.

      With -o the values go to a file, float32, a row an image, and the rows' images are printed. An image that cannot be \
      read is named on standard error and has no row.
      """)

  @Argument(help: "JPEG, PNG or WebP files.", completion: .file())
  var images: [String]

  @Option(name: .long, help: ModelChoice.help)
  var model: String?

  @OptionGroup var directory: ModelsDirectory

  @Option(name: .long, help: "center, stretch or ten, whose mean is taken. (default: the model's own)")
  var crop: CropMode?

  @Option(name: .long, help: "How JPEGs are decoded: exact or scaled, as in serve.")
  var jpegDecoding = JPEGDecoding.standard

  @Flag(name: .long, help: "Prints the same JSON as the server, instead of lines.")
  var json = false

  @Option(
    name: [.short, .long],
    help: "File for the values: NumPy's format where its name ends in .npy, else nothing but little-endian values.",
    completion: .file())
  var output: String?

  func validate() throws {
    guard !json || output == nil else { throw ValidationError("give --json or --output, not both") }
  }

  func run() async throws {
    try OpenBLASCheck.verify()
    let repository = directory.repository
    let (package, unusable) = try repository.usablePackage(named: ModelChoice.name(model, in: repository))
    for error in unusable { Terminal.note("Warning: \(error); version \(package.version) is used instead") }
    let embedder = try embedder(package)
    defer { embedder.close() }
    let outcomes = await outcomes(embedder)
    let answer = EmbeddingAnswer(
      model: package.name, version: String(package.version), layer: embedder.layer, dimensions: embedder.dimensions,
      embeddings: outcomes.compactMap { try? $0.get() })
    for case .failure(let error) in outcomes { Terminal.note("Error: \(error)") }
    if !answer.embeddings.isEmpty { try write(answer) }
    if answer.embeddings.count < images.count { throw ExitCode.failure }
  }

  private func embedder(_ package: ModelPackage) throws -> ImageEmbedder {
    let batching = BatchQueue.Configuration(capacity: max(128, images.count * 10))
    return try ImageEmbedder(
      package, configuration: ServingConfiguration(batching: batching, jpegDecoding: jpegDecoding),
      decodePool: DecodePool(threadCount: 2))
  }

  /// Images that are read at a time: enough to decode some while others are computed, few enough for any memory.
  private static let imagesAtOnce = 16

  /// What became of each image, in their order. Each is a request of its own, so that a bad one fails alone.
  private func outcomes(_ embedder: ImageEmbedder) async -> [Result<Embedding, any Error>] {
    await withTaskGroup(of: (Int, Result<Embedding, any Error>).self) { group in
      var outcomes = [Result<Embedding, any Error>?](repeating: nil, count: images.count)
      for (index, path) in images.enumerated() {
        if index >= Self.imagesAtOnce, let (done, outcome) = await group.next() { outcomes[done] = outcome }
        group.addTask { (index, await outcome(path, embedder)) }
      }
      for await (done, outcome) in group { outcomes[done] = outcome }
      return outcomes.map { $0! }
    }
  }

  private func outcome(_ path: String, _ embedder: ImageEmbedder) async -> Result<Embedding, any Error> {
    do {
      let file = URL(fileURLWithPath: path)
      let image = EncodedImage(name: file.lastPathComponent, bytes: [UInt8](try Data(readingFrom: file)))
      return .success(try await embedder.embeddings(of: [image], crop: crop)[0])
    } catch {
      return .failure(error)
    }
  }

  private func write(_ answer: EmbeddingAnswer) throws {
    if json { return try Terminal.write(encodedJSON(answer, pretty: true)) }
    guard let output else {
      for embedding in answer.embeddings { try Terminal.write(encodedJSON(Line(embedding, answer))) }
      return
    }
    try write(answer, to: output)
    for embedding in answer.embeddings { try Terminal.write(embedding.image + "\n") }
  }

  /// An image by itself: whoever joins lines of several runs sees which belong together.
  private struct Line: Encodable {
    let image: String
    let model: String
    let version: String
    let values: [Float]

    init(_ embedding: Embedding, _ answer: EmbeddingAnswer) {
      (image, values) = (embedding.image, embedding.values)
      (model, version) = (answer.model, answer.version)
    }
  }

  private func write(_ answer: EmbeddingAnswer, to path: String) throws(UnwritableFile) {
    let shape = [answer.embeddings.count, answer.dimensions]
    let header = path.hasSuffix(".npy") ? NumPyHeader.bytes(shape: shape) : []
    do {
      try Data(header + answer.floatBytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw UnwritableFile(path: path, reason: describe(error))
    }
  }
}
