import Explanations
import HTTPServer
import HTTPTypes
import ModelServing

/// The one picture of a request that looks into a model, and how it is to be cropped, in whatever form classification takes
/// them.
struct InspectedPicture: Sendable {
  /// Options that may stand in the query, a form or a JSON body; all others stand in the query alone.
  static let optionNames = ["crop", "timeout_ms"]

  let image: EncodedImage
  let options: InspectionOptions

  /// - Throws: `RequestError`, `MultipartError`, `MediaTypeError`.
  init(_ request: CheckedRequest<ClassificationHeader>) throws {
    let parsed = try ClassificationRequest(
      request.request, request.checked, query: request.query, maximumImages: 1, optionNames: Self.optionNames)
    image = parsed.images[0]
    options = InspectionOptions(crop: parsed.options.crop, timeout: parsed.options.timeout)
  }

  /// The header of a request that can be taken now: whether there is the model comes first.
  static func check(_ head: HTTPRequest, _ path: PathParameters, _ context: APIContext) throws -> ClassificationHeader {
    _ = try context.registry.model(named: path["model"])
    let header = try ClassificationHeader(head, longestTimeout: context.requestTimeout)
    if let refusal = context.explanations.refusal { throw refusal }
    return header
  }
}

extension APIContext {
  /// Calls `body` with what looks into the named model; with its successor where it was replaced meanwhile.
  func inspecting<Value>(_ name: String?, _ body: (Inspector) async throws -> Value) async throws -> Value {
    try await registry.withModel(named: name) { model in try await body(Inspector(model, line: explanations)) }
  }
}
