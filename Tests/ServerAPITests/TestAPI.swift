import Foundation
import HTTPCore
import HTTPServer
import HTTPTypes
import ImageInput
import ModelServing
import Testing

@testable import ServerAPI

/// The API without sockets, over small models of several kinds of preprocessing.
final class TestAPI: Sendable {
  /// One for all tests: models are loaded once.
  static let shared = Task { try await TestAPI() }

  let context: APIContext
  let router: Router

  /// Limits low enough for small requests to exceed them; the queue has room for all tests at once.
  private init() async throws {
    let registry = ModelRegistry()
    let repository = try temporaryRepository()
    defer { try? FileManager.default.removeItem(at: repository) }
    try await registry.load(
      ModelRepository(path: repository.path), defaultName: "resnet8-cifar10",
      configuration: ServingConfiguration(
        threadCount: 1, batching: BatchQueue.Configuration(capacity: 1000),
        decodingLimits: DecodingLimits(maximumPixels: 4_000)))
    context = APIContext(registry: registry)
    router = API.router(context)
  }

  /// A server whose models are still being loaded.
  static let loading = TestAPI(context: APIContext(registry: ModelRegistry()))

  private init(context: APIContext) {
    self.context = context
    router = API.router(context)
  }

  /// The answer, as a connection would send it.
  func answer(to request: TestRequest) async throws -> TestAnswer { try await router.answer(to: request) }
}

extension Router {
  /// The answer, as a connection would send it.
  func answer(to request: TestRequest) async throws -> TestAnswer {
    let target = try RequestTarget(request.target, method: request.method)
    let head = request.head
    switch resolve(method: request.method, target: target) {
    case .route(let route, let parameters):
      let response = try await route.answer(to: request.serverRequest, parameters)
      return TestAnswer(operation: "\(request.method) \(route.template)", response: response)
    case .failure(let failure):
      return TestAnswer(operation: nil, response: API.problem(.routing(failure), head))
    case .options: preconditionFailure("the server answers OPTIONS; see LoopbackTests")
    }
  }
}

extension Route {
  /// The answer to a request that is complete: first the check of its header, then the handler.
  func answer(to request: ServerRequest, _ path: PathParameters) async throws -> ServerResponse {
    switch headCheck(request.head, try RequestTarget(request.head.path!, method: method), path) {
    case .answer(let response): response
    case .proceed(let handler): await handler(request)
    }
  }
}

struct TestRequest: Sendable {
  var method = HTTPRequest.Method.get
  let target: String
  var fields = HTTPFields()
  var body: [UInt8] = []
}

extension TestRequest {
  var head: HTTPRequest {
    HTTPRequest(method: method, scheme: "http", authority: "localhost", path: target, headerFields: fields)
  }

  /// As a handler gets it.
  var serverRequest: ServerRequest {
    get throws {
      let target = try RequestTarget(target, method: method)
      return ServerRequest(head: head, path: target.path, query: target.queryItems, body: body)
    }
  }
}

extension TestRequest: CustomTestStringConvertible {
  var testDescription: String { "\(method) \(target.prefix(80)) \(fields[.contentType] ?? fields[.accept] ?? "")" }
}

extension TestRequest {
  static func get(_ target: String, accept: String? = nil) -> TestRequest {
    TestRequest(target: target, fields: accept.map { [.accept: $0] } ?? [:])
  }

  static func post(_ target: String, type: String?, _ body: [UInt8], accept: String? = nil) -> TestRequest {
    var fields: HTTPFields = [.contentLength: String(body.count)]
    fields[.contentType] = type
    fields[.accept] = accept
    return TestRequest(method: .post, target: target, fields: fields, body: body)
  }

  static func json(_ target: String, _ body: String) -> TestRequest {
    post(target, type: "application/json", Array(body.utf8))
  }

  /// A form of text fields, and of files where a name is given.
  static func form(_ target: String, _ parts: [(name: String, filename: String?, body: [UInt8])]) -> TestRequest {
    var body: [UInt8] = []
    for part in parts {
      let filename = part.filename.map { "; filename=\"\($0)\"" } ?? ""
      body += Array("--limit\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(filename)\r\n\r\n".utf8)
      body += part.body + Array("\r\n".utf8)
    }
    return post(target, type: "multipart/form-data; boundary=limit", body + Array("--limit--\r\n".utf8))
  }
}

struct TestAnswer: Sendable {
  /// For example `GET /v1/models/{model}`; `nil` where no route took the request.
  let operation: String?
  let response: ServerResponse

  var json: JSONValue {
    get throws { try JSONValue(json: response.body) }
  }
}

/// The top of the checkout.
let root = URL(filePath: #filePath).appending(path: "../../..").standardized

/// A picture of `Tests/Goldens/images`.
func picture(_ name: String) -> [UInt8] {
  [UInt8](FileManager.default.contents(atPath: root.appending(path: "Tests/Goldens/images/\(name)").path)!)
}

/// The committed model, and the same network behind other preprocessings, one of them with catalogue ids.
private func temporaryRepository() throws -> URL {
  let repository = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
  let original = root.appending(path: "models/resnet8-cifar10/1")
  let labels = String(decoding: try Data(contentsOf: original.appending(path: "labels.txt")), as: UTF8.self)
  let ids = labels.split(separator: "\n").enumerated().map { "c\($0.offset)\t\($0.element)\n" }.joined()
  let manifest = try JSONDecoder().decode(
    ModelManifest.self, from: Data(contentsOf: original.appending(path: "model.json")))
  let models = [
    ("resnet8-cifar10", manifest, labels),
    ("center", try manifest.changed(resize: .shorterSide(36), crop: .center(PixelSize(32))), ids),
    ("ten", try manifest.changed(resize: .none, crop: .ten(PixelSize(32))), labels),
    ("wide", try manifest.changed(resize: .stretch(PixelSize(width: 48, height: 32)), crop: .none), labels),
  ]
  for (name, manifest, labels) in models {
    let directory = repository.appending(path: "\(name)/1")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(encodedJSON(manifest)).write(to: directory.appending(path: "model.json"))
    try Data(labels.utf8).write(to: directory.appending(path: "labels.txt"))
    try FileManager.default.copyItem(
      at: original.appending(path: "weights.safetensors"), to: directory.appending(path: "weights.safetensors"))
  }
  return repository
}

extension ModelManifest {
  /// The same network behind another resize and crop.
  fileprivate func changed(resize: Resize, crop: Crop) throws -> ModelManifest {
    var manifest = self
    manifest.preprocessing = try Preprocessing(
      resize: resize, crop: crop, scale: preprocessing.scale, mean: preprocessing.mean, std: preprocessing.std)
    let size = manifest.preprocessing.inputSize
    manifest.inputShape = [3, size.height, size.width]
    return manifest
  }
}
