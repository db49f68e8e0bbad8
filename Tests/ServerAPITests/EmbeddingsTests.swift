import Architectures
import Dispatch
import Foundation
import HTTPServer
import HTTPTypes
import NetworkGraph
import Synchronization
import Testing

@testable import ModelServing
@testable import ServerAPI

/// Images as vectors, as clients get them.
@Suite("Embeddings over HTTP", .timeLimit(.minutes(5)))
struct EmbeddingsTests {
  private let check: AnswerCheck

  init() throws { check = try AnswerCheck() }

  private static let octets = "application/octet-stream"

  private func answer(_ api: EmbeddingAPI, _ request: TestRequest, _ status: Int) async throws -> TestAnswer {
    let answer = try await api.router.answer(to: request)
    let violations = try check.check(answer).violations
    #expect(violations == [])
    #expect(answer.response.status.code == status, "\(String(decoding: answer.response.body, as: UTF8.self))")
    return answer
  }

  private func numbers(_ json: JSONValue?) -> [Float] { (json?.array ?? []).compactMap { $0.number.map(Float.init) } }

  private func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
  }

  @Test("JSON has a vector of length 1 for each image, in the order sent, and float32 has the same numbers")
  func forms() async throws {
    let api = try await TestAPI.shared.value
    let parts = [("image", "a.jpg", jpeg), ("image", "b.png", picture("rgb.png"))] as [(String, String?, [UInt8])]
    let json = try await api.answer(to: .form(embed, parts)).json
    #expect([json["model"], json["version"], json["layer"]].map { $0?.string } == ["resnet8-cifar10", "1", "flatten"])
    #expect(json["dimensions"]?.integer == 64)
    let embeddings = try #require(json["embeddings"]?.array)
    #expect(embeddings.map { $0["image"]?.string } == ["a.jpg", "b.png"])
    let rows = embeddings.map { numbers($0["values"]) }
    #expect(rows.map(\.count) == [64, 64])
    for row in rows { #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5) }
    #expect(rows[0] != rows[1])

    var request = TestRequest.form(embed, parts)
    request.fields[.accept] = Self.octets
    let response = try await api.answer(to: request).response
    #expect(response.fields[.contentType] == Self.octets)
    #expect(response.fields[.vary] == "Accept")
    let fields = EmbeddingFields.names.map { response.fields[HTTPField.Name($0)!] }
    #expect(fields == ["resnet8-cifar10", "1", "flatten", "64", "2"])
    #expect(floats(response.body) == rows.flatMap { $0 })
  }

  @Test(
    "the Accept field chooses the form",
    arguments: [
      (nil, "application/json"), ("*/*", "application/json"), ("application/*", "application/json"), (octets, octets),
      ("application/json;q=0.5, application/octet-stream", octets),
    ] as [(String?, String)])
  func accepted(_ accept: String?, _ type: String) async throws {
    let answer = try await TestAPI.shared.value.answer(to: .post(embed, type: nil, jpeg, accept: accept))
    #expect(answer.response.fields[.contentType] == type)
  }

  @Test("a layer's name that a header cannot hold is coded")
  func layerNames() {
    let answer = EmbeddingAnswer(model: "m", version: "1", layer: "Schicht 5%\r\né", dimensions: 1, embeddings: [])
    #expect(EmbeddingFields(answer).fields[HTTPField.Name("X-Embedding-Layer")!] == "Schicht%205%25%0D%0A%C3%A9")
  }

  @Test("where as many wait as may, others are told when to come back, and that is counted")
  func busy() async throws {
    let api = try await EmbeddingAPI(capacity: 1)
    try await api.holdDecoders()
    let first = Task { try await api.router.answer(to: .post(embed, type: nil, jpeg)) }
    #expect(await eventually { api.waiting == 1 })
    let problem = try await answer(api, .post(embed, type: nil, jpeg), 503)
    #expect(try problem.json["type"]?.string == "/problems/overloaded")
    #expect(problem.response.fields[.retryAfter] != nil)
    let metrics = try await api.router.answer(to: .get("/metrics")).response.body
    #expect(
      String(decoding: metrics, as: UTF8.self).contains(
        "\nconvserve_requests_rejected_total{model=\"resnet8-cifar10\"} 1\n"))
    api.letGo()
    #expect(try await first.value.response.status == .ok)
    _ = try await answer(api, .post(embed, type: nil, jpeg), 200)
  }

  @Test("what was taken before an unload is answered, and what comes after it is told the way back")
  func unload() async throws {
    let api = try await EmbeddingAPI()
    try await api.holdDecoders()
    let first = Task { try await api.router.answer(to: .post(embed, type: nil, jpeg)) }
    #expect(await eventually { api.waiting == 1 })
    let unloading = Task { try await api.registry.unload("resnet8-cifar10") }
    #expect(await eventually { (try? api.registry.entries().first?.state) == .unloading })
    let problem = try await answer(api, .post(embed, type: nil, jpeg), 503)
    #expect(try problem.json["type"]?.string == "/problems/model-not-ready")
    api.letGo()
    #expect(try await first.value.response.status == .ok)
    #expect(try await unloading.value.state == .unloaded)
    _ = try await api.registry.load("resnet8-cifar10")
    _ = try await answer(api, .post(embed, type: nil, jpeg), 200)
  }

  @Test("weights that were overwritten are 409 until the model is reloaded; another version answers by its own")
  func overwritten() async throws {
    let api = try await EmbeddingAPI()
    let file = api.folder.appending(path: "resnet8-cifar10/1/weights.safetensors")
    let handle = try FileHandle(forWritingTo: file)
    try handle.write(contentsOf: Data(repeating: 9, count: 8))
    try handle.close()
    let problem = try await answer(api, .post(embed, type: nil, jpeg), 409)
    #expect(try problem.json["type"]?.string == "/problems/model-files-changed")
    _ = try await answer(api, .post(classify, type: nil, jpeg), 200)
    try api.copyModel(version: 2)
    _ = try await api.registry.reload()
    #expect(try await answer(api, .post(embed, type: nil, jpeg), 200).json["version"]?.string == "2")
  }

  @Test("a network that ends in no fully connected layer has none")
  func squeezeNet() async throws {
    let api = try await EmbeddingAPI { try addSqueezeNet(to: $0) }
    let problem = try await answer(api, .post("/v1/models/squeeze/embeddings", type: nil, jpeg), 422).json
    #expect(problem["type"]?.string == "/problems/no-embeddings")
    #expect(problem["detail"]?.string?.hasPrefix("SqueezeNet 1.1 has no embeddings") == true)
  }
}

/// The API over the committed model, whose images wait as long as a test wants.
private final class EmbeddingAPI: Sendable {
  let registry = ModelRegistry()
  let router: Router
  let folder = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
  private let gate = DispatchSemaphore(value: 0)

  /// - Parameter add: puts further models into the repository.
  init(capacity: Int = 128, add: (URL) throws -> Void = { _ in }) async throws {
    router = API.router(APIContext(registry: registry))
    try copyModel(version: 1)
    try add(folder)
    try await registry.load(
      ModelRepository(path: folder.path), defaultName: "resnet8-cifar10",
      configuration: ServingConfiguration(threadCount: 1, batching: .init(capacity: capacity)))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func copyModel(version: Int) throws {
    let model = folder.appending(path: "resnet8-cifar10")
    try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: root.appending(path: "models/resnet8-cifar10/1"), to: model.appending(path: "\(version)"))
  }

  /// Returns when no image is decoded any more.
  func holdDecoders() async throws {
    let pool = registry.state.withLock { $0.source!.decodePool }
    await withCheckedContinuation { continuation in
      Task { [gate] in
        try await pool.run {
          continuation.resume()
          gate.wait()
        }
      }
    }
  }

  func letGo() { gate.signal() }

  /// Images whose embeddings are waited for.
  var waiting: Int { (try? registry.model(named: nil).embedder?.queue().admittedCount) ?? 0 }
}

/// SqueezeNet 1.1 for ten classes, all of whose weights are zero.
private func addSqueezeNet(to folder: URL) throws {
  let original = root.appending(path: "models/resnet8-cifar10/1/model.json")
  let text = String(decoding: try Data(contentsOf: original), as: UTF8.self)
    .replacing("resnet8", with: "squeezenet1_1").replacing(/\b32\b/, with: "64")
  let manifest = try JSONDecoder().decode(ModelManifest.self, from: Data(text.utf8))
  let network = try Architecture.named("squeezenet1_1").network(inputShape: [3, 64, 64], numClasses: 10)
  let weights = try network.parameters().map { parameter in
    (parameter.name, WeightTensor(shape: parameter.shape, values: Array(repeating: 0, count: parameter.count)))
  }
  let version = NewVersion(
    manifest: manifest, labels: (0..<10).map { ClassLabel(name: "\($0)") },
    weights: Dictionary(uniqueKeysWithValues: weights))
  _ = try ModelRepository(path: folder.path).add(version, to: "squeeze")
}

/// Waits until something that happens elsewhere has happened; gives up after 20 seconds.
private func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
  for _ in 0..<4_000 {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}
