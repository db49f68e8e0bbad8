import HTTPServer
import HTTPTypes

/// Compares whole answers with the description: status, header fields, media type, and every member of the body.
struct AnswerCheck {
  let description: Description
  private let schemas: SchemaCheck

  init() throws {
    description = try Description()
    schemas = SchemaCheck(document: description.document)
  }

  func check(_ answer: TestAnswer) throws -> SchemaCheck.Finding {
    // What no route takes is described where every operation has it.
    let operation = answer.operation ?? "GET /healthz"
    guard let place = description.operations[operation] else { return failed("\(operation) is not described") }
    let (status, fields) = (answer.response.status.code, answer.response.fields)
    guard let response = description.response(to: place, status: status) else {
      return failed("\(operation): status \(status) is not described")
    }
    if description.document[response + ["content"]] == nil, answer.response.body.isEmpty {
      return .init(violations: undescribedFields(fields, of: response, status))
    }
    let type = fields[.contentType] ?? ""
    let schema = response + ["content", type, "schema"]
    guard description.document[schema] != nil else {
      return failed("\(operation): \(type) with status \(status) is not described")
    }
    let isJSON = type.hasSuffix("json")
    let body = isJSON ? try answer.json : .string(String(decoding: answer.response.body, as: UTF8.self))
    var finding = schemas.check(body, against: schema)
    finding.violations += undescribedFields(fields, of: response, status)
    return finding
  }

  private func undescribedFields(_ fields: HTTPFields, of response: Pointer, _ status: Int) -> [String] {
    var violations: [String] = []
    for name in [HTTPField.Name.vary, .retryAfter, .allow, .eTag, .cacheControl] where fields[name] != nil {
      if description.document[response + ["headers", name.rawName]] == nil {
        violations.append("the field \(name) with status \(status) is answered but not described")
      }
    }
    if status == 503, fields[.retryAfter] == nil { violations.append("503 lacks Retry-After") }
    return violations
  }

  private func failed(_ violation: String) -> SchemaCheck.Finding { .init(violations: [violation]) }
}
