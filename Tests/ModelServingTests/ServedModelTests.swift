import Dispatch
import Foundation
import ImageInput
import InferenceRuntime
import NetworkGraph
import Synchronization
import TestSupport
import Testing

@testable import ModelServing

@Suite("Served model", .timeLimit(.minutes(5)))
struct ServedModelTests {
  @Test("ResNet-8's logits are ONNX Runtime's, within 1e-4")
  func referenceLogits() async throws {
    let model = try Fixtures.servedModel()
    let input = try NumPyArray(Checkout.weights.appendingPathComponent("resnet8_cifar10.input.npy"))
    let expected = try NumPyArray(Checkout.weights.appendingPathComponent("resnet8_cifar10.logits.npy"))
    #expect(input.shape == [4, 3, 32, 32])
    #expect(expected.shape == [4, 10])
    let size = 3 * 32 * 32
    let samples = (0..<4).map { Tensor(shape: [3, 32, 32], values: Array(input.values[$0 * size..<($0 + 1) * size])) }
    let logits = try await model.queue.run(count: 4) { samples }.flatMap(\.output.values)
    #expect(logits.count == 40)
    let worst = zip(logits, expected.values).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst < 1e-4)
  }

  @Test("Concurrent requests share a batch, and each gets the answer that it gets alone")
  func sharedBatch() async throws {
    let decodePool = DecodePool(threadCount: 1)
    let model = try Fixtures.servedModel(
      .init(maximumBatchSize: 8, maximumDelay: .seconds(600)), decodePool: decodePool)
    let images = try Fixtures.images()
    let options = ClassificationOptions(topK: 10, scores: .logit)
    var alone: [String: ClassificationAnswer] = [:]
    for image in images { alone[image.name] = try await model.classify([image], options: options) }
    #expect(alone.values.allSatisfy { $0.predictions[0].batchSize == 1 })

    // All are admitted before the first is decoded, so the first waits for the last.
    let decoding = DispatchSemaphore(value: 0)
    let isHeldUp = Mutex(false)
    async let holdUp: Void = decodePool.run {
      isHeldUp.withLock { $0 = true }
      decoding.wait()
    }
    #expect(await eventually { isHeldUp.withLock { $0 } })
    async let answers = withThrowingTaskGroup(of: ClassificationAnswer.self) { group in
      for image in images { group.addTask { try await model.classify([image], options: options) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(await eventually { model.queue.admittedCount == 8 })
    decoding.signal()
    try await holdUp
    for answer in try await answers {
      let together = answer.predictions[0]
      let single = try #require(alone[together.image]).predictions[0]
      #expect(together.batchSize == 8)
      #expect(together.classes.map(\.index) == single.classes.map(\.index), "\(together.image)")
      for (one, other) in zip(together.classes, single.classes) { #expect(abs(one.score - other.score) < 1e-4) }
    }
    #expect(Set(alone.values.map { $0.predictions[0].classes.map(\.score) }).count == 8, "the pictures differ")
  }

  @Test("The images of one request are answered in the order sent, with their names and upright sizes")
  func order() async throws {
    let model = try Fixtures.servedModel()
    let images = try Fixtures.images() + [Fixtures.image("orientation-6.jpg")]
    let answer = try await model.classify(images, options: .init(topK: 1))
    #expect(answer.model == "resnet8-cifar10")
    #expect(answer.version == "1")
    #expect(answer.predictions.map(\.image) == images.map(\.name))
    let upright = try #require(answer.predictions.last)
    let lying = try await model.classify([Fixtures.image("orientation-1.jpg")]).predictions[0]
    // The one is stored turned by a quarter.
    #expect(upright.width == lying.height)
    #expect(upright.height == lying.width)
  }

  @Test("Probabilities sum to one, and are the softmax of the logits")
  func scores() async throws {
    let model = try Fixtures.servedModel()
    let photo = try Fixtures.image("photo.jpg")
    let logits = try await model.classify([photo], options: .init(topK: 99, scores: .logit)).predictions[0].classes
    let probabilities = try await model.classify([photo], options: .init(topK: 99)).predictions[0].classes
    #expect(probabilities.map(\.rank) == Array(1...10))
    #expect(abs(probabilities.map(\.score).reduce(0, +) - 1) < 1e-5)
    #expect(probabilities.map(\.label) == logits.map(\.label))
    let sum = logits.map { exp(Double($0.score)) }.reduce(0, +)
    for (probability, logit) in zip(probabilities, logits) {
      #expect(abs(Double(probability.score) - exp(Double(logit.score)) / sum) < 1e-5)
    }
  }

  @Test("Ten crops of an image count as ten samples, and change the answer")
  func tenCrops() async throws {
    let model = try Fixtures.servedModel(.init(maximumBatchSize: 4))
    let photo = try Fixtures.image("photo.jpg")
    let whole = try await model.classify([photo]).predictions[0]
    let before = model.queue.currentStatistics.samples
    let crops = try await model.classify([photo], options: .init(crop: .ten)).predictions[0]
    #expect(model.queue.currentStatistics.samples - before == 10)
    #expect(crops.batchSize == 4)
    #expect(crops.classes.map(\.score) != whole.classes.map(\.score))
  }

  @Test("Times and the deadline count from when the request was there")
  func start() async throws {
    let model = try Fixtures.servedModel()
    let photo = try Fixtures.image("photo.jpg")
    await #expect(throws: DeadlineExceeded.self) {
      try await model.classify([photo], options: .init(timeout: .seconds(3600)), start: .now - .seconds(3601))
    }
    let late = try await model.classify([photo], start: .now - .seconds(5)).predictions[0]
    #expect(late.timing.total >= 5_000)
  }

  @Test("The parts of an image's time are together no more than the whole, for crops in several batches too")
  func timing() async throws {
    let model = try Fixtures.servedModel(.init(maximumBatchSize: 4))
    let photo = try Fixtures.image("photo.jpg")
    for options in [ClassificationOptions(), ClassificationOptions(crop: .ten)] {
      for timing in try await model.classify([photo, photo], options: options).predictions.map(\.timing) {
        // The sum of three decimal fractions may be off by what a binary one cannot hold.
        #expect(timing.decode + timing.queue + timing.compute <= timing.total + 1e-9)
        #expect(timing.decode > 0 && timing.compute > 0)
      }
    }
  }

  @Test("Times for people are cut off below a microsecond, so that none is more than it was")
  func wholeMicroseconds() {
    #expect(Duration.nanoseconds(1_234_999).wholeMicroseconds == 1.234)
    #expect(Duration.seconds(2).wholeMicroseconds == 2_000)
    #expect(Duration.nanoseconds(999).wholeMicroseconds == 0)
  }

  @Test("An image that cannot be decoded is named, and leaves nothing in the queue")
  func undecodable() async throws {
    let model = try Fixtures.servedModel()
    let images = [try Fixtures.image("photo.jpg"), EncodedImage(name: "notes.txt", bytes: [UInt8]("hello".utf8)[...])]
    do {
      _ = try await model.classify(images)
      Issue.record("text was classified")
    } catch let error as UndecodableImage {
      #expect(error.image == "notes.txt")
    }
    #expect(model.queue.admittedCount == 0)
  }

  @Test("A deadline is noticed while images wait for a decoder, and they are never decoded")
  func deadlineWhileDecoding() async throws {
    let decodePool = DecodePool(threadCount: 1)
    let model = try Fixtures.servedModel(decodePool: decodePool)
    let photo = try Fixtures.image("photo.jpg")
    let decoding = DispatchSemaphore(value: 0)
    let isHeldUp = Mutex(false)
    async let holdUp: Void = decodePool.run {
      isHeldUp.withLock { $0 = true }
      decoding.wait()
    }
    #expect(await eventually { isHeldUp.withLock { $0 } })
    await #expect(throws: DeadlineExceeded.self) {
      try await model.classify([photo, photo], options: .init(timeout: .milliseconds(50)))
    }
    #expect(model.queue.admittedCount == 0)
    decoding.signal()
    try await holdUp
    _ = try await model.classify([photo])
    #expect(model.queue.currentStatistics.samples == 1)
  }

  @Test("A client that leaves while its image waits for a decoder takes it along")
  func cancelledWhileDecoding() async throws {
    let decodePool = DecodePool(threadCount: 1)
    let decoding = DispatchSemaphore(value: 0)
    let isHeldUp = Mutex(false)
    async let holdUp: Void = decodePool.run {
      isHeldUp.withLock { $0 = true }
      decoding.wait()
    }
    #expect(await eventually { isHeldUp.withLock { $0 } })
    let waiting = Task { try await decodePool.run { Issue.record("the work of a cancelled task was begun") } }
    try await Task.sleep(for: .milliseconds(20))
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    decoding.signal()
    try await holdUp
    try await decodePool.run {}
  }

  @Test("A model that nobody holds any more ends its queue")
  func released() async throws {
    var model: ServedModel? = try Fixtures.servedModel()
    let queue = try #require(model).queue
    model = nil
    await queue.drain()
    #expect(model == nil)
  }

  @Test("A model is served whose network is nobody's but the user's")
  func ownNetwork() async throws {
    let sides = [3, 8, 8]
    let network = try Network(
      name: "mean", inputShape: TensorShape(sides),
      nodes: [Node("pool", .globalAveragePooling(GlobalAveragePooling()), inputs: [Network.inputName])])
    let contents = try ModelContents(
      network: network, weights: [:], labels: ["red", "green", "blue"].map { ClassLabel(name: $0) },
      preprocessing: Preprocessing(
        resize: .stretch(PixelSize(8)), crop: .none, scale: 1, mean: [0, 0, 0], std: [1, 1, 1]),
      provenance: ModelProvenance(source: "this test", licence: "none"))
    let model = try ServedModel(
      contents, name: "colours", configuration: .init(), decodePool: DecodePool(threadCount: 1))
    #expect(model.title == "mean")
    try await model.warmUp()
    #expect(model.queue.currentStatistics == BatchStatistics())
    let answer = try await model.classify([Fixtures.image("rgb.png")], options: .init(topK: 3, scores: .logit))
    #expect(answer.model == "colours")
    #expect(answer.version == "1")
    let pixels = try Fixtures.image("rgb.png")
    let crops = try pixels.bytes.withUnsafeBytes { bytes in
      try contents.preprocessing.crops(
        of: bytes, header: ImageHeader(reading: bytes, within: .init()), limits: .init(), jpegDecoding: .standard)
    }
    let input = Tensor(shape: sides) { crops.write(0, into: $0) }
    for found in answer.predictions[0].classes {
      let plane = input.values[found.index * 64..<(found.index + 1) * 64]
      #expect(abs(found.score - plane.reduce(0, +) / 64) < 1e-3)
      #expect(found.label.name == ["red", "green", "blue"][found.index])
    }
  }

  @Test("Labels and preprocessing that do not fit the network are refused with both numbers")
  func unfitContents() throws {
    let package = try Fixtures.package()
    func contents(labels: Int, side: Int) throws -> ModelContents {
      try ModelContents(
        network: package.contents.network, weights: package.contents.weights,
        labels: (0..<labels).map { ClassLabel(name: "\($0)") },
        preprocessing: Preprocessing(
          resize: .stretch(PixelSize(side)), crop: .none, scale: 1, mean: [0, 0, 0], std: [1, 1, 1]),
        provenance: package.contents.provenance)
    }
    _ = try contents(labels: 10, side: 32)
    #expect(throws: ModelContentsError.labels(count: 9, outputs: 10)) { try contents(labels: 9, side: 32) }
    #expect(throws: ModelContentsError.inputShape(prepared: [3, 31, 31], network: [3, 32, 32])) {
      try contents(labels: 10, side: 31)
    }
  }

  @Test("No images, no predictions")
  func noImages() async throws {
    #expect(try await Fixtures.servedModel().classify([]).predictions.isEmpty)
  }
}
