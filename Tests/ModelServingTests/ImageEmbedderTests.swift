import Dispatch
import Foundation
import ImageInput
import InferenceRuntime
import NetworkGraph
import Synchronization
import TestSupport
import Testing

@testable import ModelServing

@Suite("Embeddings", .timeLimit(.minutes(5)))
struct ImageEmbedderTests {
  private func embedder(
    capacity: Int = 128, decodePool: DecodePool = DecodePool(threadCount: 2)
  ) throws -> ImageEmbedder {
    try ImageEmbedder(
      Fixtures.package(), configuration: ServingConfiguration(batching: .init(capacity: capacity)),
      decodePool: decodePool)
  }

  /// What the last layer makes of features: the logits.
  private func logits(_ features: [Float]) throws -> [Float] {
    let weights = try Fixtures.package().contents.weights
    let (matrix, biases) = (try #require(weights["fc.weight"]).values, try #require(weights["fc.bias"]).values)
    return biases.indices.map { row in
      features.indices.reduce(biases[row]) { $0 + matrix[row * features.count + $1] * features[$1] }
    }
  }

  /// As classification gives them, by the network's outputs.
  private func logits(_ image: EncodedImage, _ crop: CropMode? = nil) async throws -> [Float] {
    let options = ClassificationOptions(topK: 10, crop: crop, scores: .logit)
    let classes = try await Fixtures.servedModel().classify([image], options: options).predictions[0].classes
    return classes.sorted { $0.index < $1.index }.map(\.score)
  }

  private func worst(_ left: [Float], _ right: [Float]) -> Float {
    left.count == right.count ? zip(left, right).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }

  private func length(_ vector: [Float]) -> Float { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  @Test("ResNet-8's features are PyTorch's, within 1e-4")
  func referenceFeatures() async throws {
    let embedder = try embedder()
    #expect(embedder.layer == "flatten")
    #expect(embedder.dimensions == 64)
    let input = try NumPyArray(Checkout.weights.appendingPathComponent("resnet8_cifar10.input.npy"))
    let expected = try NumPyArray(Checkout.weights.appendingPathComponent("resnet8_cifar10.features.npy"))
    #expect(expected.shape == [4, 64])
    let size = 3 * 32 * 32
    let samples = (0..<4).map { Tensor(shape: [3, 32, 32], values: Array(input.values[$0 * size..<($0 + 1) * size])) }
    let features = try await embedder.queue().run(count: 4) { samples }.flatMap(\.output.values)
    #expect(worst(features, expected.values) < 1e-4)
  }

  @Test("The last layer makes classification's logits of the features", arguments: [nil, CropMode.ten, .center])
  func lastLayer(_ crop: CropMode?) async throws {
    let photo = try Fixtures.image("photo.jpg")
    let features = try await embedder().features(of: [photo], crop: crop, deadline: nil)[0]
    #expect(worst(try logits(features), try await logits(photo, crop)) < 1e-4)
  }

  @Test("An answer names its layer, and has vectors of length 1 in the order sent, each the same as alone")
  func answer() async throws {
    let model = try Fixtures.servedModel()
    let images = try Fixtures.images()
    let answer = try await model.embed(images)
    #expect(answer.model == Fixtures.modelName)
    #expect([answer.version, answer.layer] == ["1", "flatten"])
    #expect(answer.dimensions == 64)
    #expect(answer.embeddings.map(\.image) == images.map(\.name))
    #expect(Set(answer.embeddings.map(\.values)).count == images.count, "the pictures differ")
    for (embedding, image) in zip(answer.embeddings, images) {
      #expect(abs(length(embedding.values) - 1) < 1e-5)
      #expect(try await model.embed([image]).embeddings == [embedding])
    }
  }

  @Test("Values behind one another are float32, the least significant byte first")
  func bytes() {
    let embeddings = [Embedding(image: "a", values: [1, -2]), Embedding(image: "b", values: [0.5, 0])]
    let answer = EmbeddingAnswer(model: "m", version: "1", layer: "l", dimensions: 2, embeddings: embeddings)
    #expect(answer.floatBytes == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0, 0])
  }

  @Test(
    "A vector is divided by its length, and one without a length stays",
    arguments: [
      ([3, 4], [0.6, 0.8]), ([0, 0], [0, 0]), ([-2], [-1]), ([3e30, 4e30], [0.6, 0.8]), ([3e-30, 4e-30], [0.6, 0.8]),
    ] as [([Float], [Float])])
  func normalised(_ vector: [Float], _ expected: [Float]) {
    #expect(worst(FeatureVector.normalised(vector), expected) < 1e-6)
  }

  @Test("Of several crops the mean counts")
  func mean() {
    #expect(FeatureVector.mean([[1, 2], [3, 6]]) == [2, 4])
    #expect(FeatureVector.mean([[1, 2]]) == [1, 2])
  }

  @Test("A network that ends in no fully connected layer has none, and says so")
  func noFeatures() async throws {
    let network = try Network(
      name: "mean", inputShape: TensorShape([3, 8, 8]),
      nodes: [Node("pool", .globalAveragePooling(GlobalAveragePooling()), inputs: [Network.inputName])])
    let contents = try ModelContents(
      network: network, weights: [:], labels: (0..<3).map { ClassLabel(name: "\($0)") },
      preprocessing: Preprocessing(
        resize: .stretch(PixelSize(8)), crop: .none, scale: 1, mean: [0, 0, 0], std: [1, 1, 1]),
      provenance: ModelProvenance(source: "this test", licence: "none"))
    let model = try ServedModel(
      contents, name: "colours", configuration: .init(), decodePool: DecodePool(threadCount: 1))
    #expect(throws: NoFeatures(network: "mean")) { try model.refusalOfEmbedding(within: .seconds(1)) }
    let photo = try Fixtures.image("photo.jpg")
    await #expect(throws: NoFeatures(network: "mean")) { try await model.embed([photo]) }
  }

  @Test("No images, no embeddings, and an image that cannot be decoded is named and leaves nothing behind")
  func wrongImages() async throws {
    let embedder = try embedder()
    #expect(try await embedder.embeddings(of: []).isEmpty)
    let images = [try Fixtures.image("photo.jpg"), EncodedImage(name: "notes.txt", bytes: [UInt8]("hello".utf8))]
    do {
      _ = try await embedder.embeddings(of: images)
      Issue.record("text was embedded")
    } catch let error as UndecodableImage {
      #expect(error.image == "notes.txt")
    }
    #expect(try embedder.queue().admittedCount == 0)
  }
}

/// What becomes of the line before an embedder's plan.
extension ImageEmbedderTests {
  /// Decoders that nobody has until the test lets go.
  private final class HeldDecoders: Sendable {
    let pool = DecodePool(threadCount: 1)
    private let gate = DispatchSemaphore(value: 0)
    private let isHeld = Mutex(false)

    func hold() async throws {
      Task { [self] in
        try await pool.run { [self] in
          isHeld.withLock { $0 = true }
          gate.wait()
        }
      }
      try #require(await eventually { self.isHeld.withLock { $0 } })
    }

    func letGo() { gate.signal() }
  }

  @Test("What does not fit into the line is refused before it is decoded, and fits again later")
  func fullLine() async throws {
    let decoders = HeldDecoders()
    let embedder = try embedder(capacity: 2, decodePool: decoders.pool)
    let photo = try Fixtures.image("photo.jpg")
    #expect(embedder.refusal(deadline: .now + .seconds(60)) == nil)
    try await decoders.hold()
    async let first = embedder.embeddings(of: [photo, photo])
    let queue = try embedder.queue()
    try #require(await eventually { queue.admittedCount == 2 })
    let refusal = embedder.refusal(deadline: .now + .seconds(60))
    let isFull = if case .full(capacity: 2, _) = refusal { true } else { false }
    #expect(isFull)
    await #expect(throws: BatchQueueError.self) { try await embedder.embeddings(of: [photo]) }
    decoders.letGo()
    #expect(try await first.count == 2)
    #expect(try await embedder.embeddings(of: [photo]).count == 1)
    await #expect(throws: BatchQueueError.tooManySamples(10, capacity: 2)) {
      try await embedder.embeddings(of: [photo], crop: .ten)
    }
  }

  @Test("A deadline is noticed while images wait, and a client that leaves takes its images along")
  func givenUp() async throws {
    let decoders = HeldDecoders()
    let model = try Fixtures.servedModel(decodePool: decoders.pool)
    let photo = try Fixtures.image("photo.jpg")
    try await decoders.hold()
    await #expect(throws: DeadlineExceeded.self) {
      try await model.embed([photo], options: .init(timeout: .milliseconds(50)))
    }
    let queue = try #require(model.embedder).queue()
    #expect(queue.admittedCount == 0)
    let leaving = Task { try await model.embed([photo]) }
    try #require(await eventually { queue.admittedCount == 1 })
    leaving.cancel()
    await #expect(throws: CancellationError.self) { try await leaving.value }
    #expect(queue.admittedCount == 0)
    decoders.letGo()
    _ = try await model.embed([photo])
    #expect(queue.currentStatistics.samples == 1)
  }

  @Test("A model that is drained finishes embeddings that it took, takes no more, and gives the plan back")
  func drained() async throws {
    let decoders = HeldDecoders()
    let model = try Fixtures.servedModel(decodePool: decoders.pool)
    let photo = try Fixtures.image("photo.jpg")
    try await decoders.hold()
    async let last = model.embed([photo])
    let queue = try #require(model.embedder).queue()
    try #require(await eventually { queue.admittedCount == 1 })
    async let drained: Void = model.drain()
    try #require(await eventually { (try? model.refusalOfEmbedding(within: .seconds(9))) == .closed })
    await #expect(throws: BatchQueueError.closed) { try await model.embed([photo]) }
    decoders.letGo()
    #expect(try await last.embeddings.count == 1)
    await drained
    // It returns when the queue's thread, which holds the plan, has let go of it.
    await queue.drain()
  }

  @Test("A model that nobody asked for embeddings, or that nobody holds any more, leaves no thread behind")
  func released() async throws {
    var model: ServedModel? = try Fixtures.servedModel()
    _ = try await model?.embed([Fixtures.image("photo.jpg")])
    let queue = try #require(model?.embedder).queue()
    model = nil
    await queue.drain()
    #expect(model == nil)
    let unasked = try Fixtures.servedModel()
    await unasked.drain()
    #expect(throws: BatchQueueError.closed) { try #require(unasked.embedder).queue() }
  }
}

/// The weights are read once more when embeddings are wanted for the first time.
extension ImageEmbedderTests {
  /// A model in a folder of the test's own, loaded as a server loads it.
  private struct Served {
    let folder: TemporaryFolder
    let model: ServedModel

    init() throws {
      folder = try TemporaryFolder()
      try folder.copy(Fixtures.version, to: "models/m/1")
      let package = try folder.repository.package(named: "m", version: 1, weights: .copied)
      model = try ServedModel(package, configuration: .init(), decodePool: DecodePool(threadCount: 1))
    }

    var weights: URL { folder.url.appendingPathComponent("models/m/1/weights.safetensors") }
  }

  private func expected() async throws -> [Embedding] {
    try await embedder().embeddings(of: [Fixtures.image("photo.jpg")])
  }

  private func values(_ model: ServedModel) async throws -> [Embedding] {
    try await model.embed([Fixtures.image("photo.jpg")]).embeddings
  }

  private func near(_ left: [Embedding], _ right: [Embedding]) -> Bool {
    worst(left.flatMap(\.values), right.flatMap(\.values)) < 1e-5
  }

  @Test("They are those that were loaded, whatever lies in the folder now", arguments: [true, false])
  func replacedFile(isDeleted: Bool) async throws {
    let served = try Served()
    try FileManager.default.removeItem(at: served.weights)
    if !isDeleted { try Data("something else".utf8).write(to: served.weights, options: .atomic) }
    #expect(near(try await values(served.model), try await expected()))
  }

  @Test("A file that somebody has written into, or cut short, is refused", arguments: [0, 60, 9_000])
  func overwrittenFile(length: Int) async throws {
    let served = try Served()
    let handle = try FileHandle(forWritingTo: served.weights)
    try handle.write(contentsOf: Data(repeating: 7, count: 20))
    try handle.truncate(atOffset: UInt64(length))
    try handle.close()
    await #expect(throws: WeightsChanged()) { try await values(served.model) }
    // Classification has what it needs.
    _ = try await served.model.classify([Fixtures.image("photo.jpg")])
  }

  @Test("Once they are compiled the file does not matter any more")
  func compiled() async throws {
    let served = try Served()
    let before = try await values(served.model)
    let handle = try FileHandle(forWritingTo: served.weights)
    try handle.truncate(atOffset: 0)
    try handle.close()
    #expect(try await values(served.model) == before)
  }

  @Test("The file is closed when the model is gone")
  func closedFile() async throws {
    var served: Served? = try Served()
    let path = try #require(served).weights.resolvingSymlinksInPath().path
    let folder = try #require(served).folder
    func isOpen() throws -> Bool {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").contains { name in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) == path
      }
    }
    #expect(try isOpen())
    await served?.model.drain()
    served = nil
    #expect(try !isOpen(), "\(folder.url.path)")
  }
}
