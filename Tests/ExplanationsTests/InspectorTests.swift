import Dispatch
import ImageInput
import ModelServing
import NetworkGraph
import Synchronization
import TestSupport
import Testing

@testable import Explanations

@Suite("Looking into models", .timeLimit(.minutes(5)))
struct InspectorTests {
  private func served(_ name: String = Models.resnet8) throws -> ServedModel {
    try ServedModel(
      Models.package(name), configuration: ServingConfiguration(threadCount: 1), decodePool: DecodePool(threadCount: 1))
  }

  @Test("the class that is explained is the one that classification names, with its logit and probability")
  func sameAnswer() async throws {
    let (model, photo) = (try served(), try Models.photo())
    defer { model.close() }
    let explanation = try await Inspector(model, line: ExplanationLine()).explain(photo)
    for scores in ScoreKind.allCases {
      let best = try await model.classify([photo], options: .init(topK: 1, scores: scores)).predictions[0].classes[0]
      #expect(explanation.explained.index == best.index)
      #expect(explanation.explained.label == best.label)
      let score = scores == .logit ? explanation.explained.logit : explanation.explained.probability
      #expect((score - best.score).magnitude < 1e-4)
    }
  }

  @Test("a model with one channel is explained like any other", arguments: ["digits-lenet5", "fashion-resnet20"])
  func grey(name: String) async throws {
    let inspector = Inspector(try Models.inspected(name), line: ExplanationLine())
    let explanation = try await inspector.explain(Models.photo())
    #expect(explanation.map.values.allSatisfy { $0.isFinite })
    let seen = try await inspector.input(Models.photo()).seen
    #expect(seen.pixels.count == seen.width * seen.height * 3)
    #expect((0..<seen.width * seen.height).allSatisfy { seen.pixels[3 * $0] == seen.pixels[3 * $0 + 2] })
  }

  @Test("what the network saw is the resized picture, to the pixel")
  func seen() async throws {
    let model = try Models.inspected()
    let photo = try Models.photo()
    let seen = try await Inspector(model, line: ExplanationLine()).input(photo).seen
    let picture = try ImageDecoder.decode(Array(photo.bytes))
    let resized = picture.resized(
      to: model.preprocessing.resize.size(of: picture.size), interpolation: model.preprocessing.interpolation)
    #expect(resized.size == PixelSize(32))
    #expect(seen.pixels == resized.pixels)
  }

  @Test("memory is held from one question to the next, and let go when the model ends")
  func release() async throws {
    let model = try served()
    let line = ExplanationLine()
    let held = try model.companion(HeldNetwork.self)
    #expect(held.byteCount == 0)
    _ = try await Inspector(model, line: line).explain(Models.photo())
    #expect(held.byteCount > 78_000 * 4)
    await model.drain()
    #expect(held.byteCount == 0)
    #expect(throws: BatchQueueError.closed) { try Inspector(model, line: line) }
  }

  @Test("those who were asked for longest ago let go of their memory where all together take too much")
  func eviction() async throws {
    let photo = try Models.photo()
    let needed = try await { () async throws -> Int in
      let held = HeldNetwork()
      _ = try await Inspector(Models.inspected(), held: held, line: ExplanationLine()).explain(photo)
      return held.byteCount
    }()
    let line = ExplanationLine(.init(memoryLimit: needed * 5 / 2))
    let held = (0..<3).map { _ in HeldNetwork() }
    for one in held { _ = try await Inspector(Models.inspected(), held: one, line: line).explain(photo) }
    #expect(held.map { $0.byteCount > 0 } == [false, true, true])
  }

  @Test("an explanation that takes more memory than there may be is refused")
  func memory() async throws {
    let line = ExplanationLine(.init(memoryLimit: 100_000))
    let error = await #expect(throws: InspectionError.self) {
      try await Inspector(Models.inspected(), line: line).explain(Models.photo())
    }
    guard case .memory(let needed, let limit) = error else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
    #expect(needed > limit && limit == 100_000)
  }

  @Test("a full line refuses, says when to come again, and takes the next one when there is room")
  func line() async throws {
    let line = ExplanationLine(.init(capacity: 1))
    let gate = DispatchSemaphore(value: 0)
    let begun = DispatchSemaphore(value: 0)
    async let first: Void = line.admit {
      try await line.turn {
        begun.signal()
        gate.wait()
      }
    }
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        begun.wait()
        continuation.resume()
      }
    }
    #expect(line.refusal != nil)
    let inspector = Inspector(try Models.inspected(), line: line)
    let error = await #expect(throws: BatchQueueError.self) { try await inspector.explain(Models.photo()) }
    guard case .full(1, let retryAfter) = error else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(retryAfter > .zero)
    gate.signal()
    try await first
    #expect(line.refusal == nil)
    _ = try await inspector.explain(Models.photo())
  }

  @Test("an occlusion ends when its time is over, and leaves the line")
  func deadline() async throws {
    let line = ExplanationLine(.init(capacity: 1))
    let inspector = Inspector(try Models.inspected("fashion-resnet20"), line: line)
    await #expect(throws: DeadlineExceeded.self) {
      try await inspector.explain(
        Models.photo(),
        ExplanationOptions(method: .occlusion, patch: 2, stride: 1, common: .init(timeout: .milliseconds(1))))
    }
    _ = try await inspector.explain(Models.photo())
  }

  @Test("a quick explanation comes between the turns of a long one")
  func turns() async throws {
    let line = ExplanationLine()
    let isQuickDone = Atomic(false)
    let begun = AsyncStream<Void>.makeStream()
    async let long = line.admit {
      var turns = 0
      // Without a place between its turns the quick one would be answered only after the last of them.
      while !isQuickDone.load(ordering: .relaxed), turns < 1_000_000 {
        turns += try await line.turn { 1 }
        begun.continuation.finish()
      }
      return turns
    }
    for await _ in begun.stream {}
    _ = try await Inspector(Models.inspected(), line: line).explain(Models.photo())
    isQuickDone.store(true, ordering: .relaxed)
    #expect(try await long < 1_000_000)
  }

  @Test("what the other method lets a client choose is refused")
  func foreignOptions() async throws {
    let inspector = Inspector(try Models.inspected(), line: ExplanationLine())
    let photo = try Models.photo()
    for (option, choice) in [
      ("layer", ExplanationOptions(method: .occlusion, layer: "conv1")), ("patch", ExplanationOptions(patch: 8)),
      ("stride", ExplanationOptions(stride: 4)),
    ] {
      await #expect(throws: InspectionError.foreignOption(option, method: choice.method)) {
        try await inspector.explain(photo, choice)
      }
    }
  }

  @Test("what does not exist is refused by name")
  func refused() async throws {
    let inspector = Inspector(try Models.inspected(), line: ExplanationLine())
    let photo = try Models.photo()
    await #expect(throws: InspectionError.unknownClass(index: 10, count: 10)) {
      try await inspector.explain(photo, ExplanationOptions(class: .index(10)))
    }
    await #expect(throws: InspectionError.self) { try await inspector.explain(photo, .init(layer: "nope")) }
    await #expect(throws: InspectionError.self) { try await inspector.activations(photo, layer: "fc") }
    await #expect(throws: InspectionError.severalCrops) {
      try await inspector.explain(photo, .init(common: .init(crop: .ten)))
    }
    await #expect(throws: UndecodableImage.self) {
      try await inspector.explain(EncodedImage(name: "a", bytes: Array("GIF89a".utf8)))
    }
  }
}
