import HTTPTypes

@testable import ServerAPI

/// `openapi.yaml` as the program serves it.
struct Description {
  let document: JSONValue

  init() throws { document = try Self.parsed.get() }

  /// Read once for all tests.
  private static let parsed = Result {
    try JSONValue(yaml: String(decoding: PackageResources.openapi_yaml, as: UTF8.self))
  }

  /// Each method at a path, by `GET /v1/models`.
  var operations: [String: Pointer] {
    var operations: [String: Pointer] = [:]
    for (path, item) in document["paths"]!.object! {
      for method in item.object!.keys where method != "parameters" {
        operations["\(method.uppercased()) \(path)"] = ["paths", path, method]
      }
    }
    return operations
  }

  /// The place of what is described at `pointer`, which may be a reference to it.
  func resolved(_ pointer: Pointer) -> Pointer {
    document[pointer]?["$ref"].map { resolved(SchemaCheck.target($0)) } ?? pointer
  }

  /// The parameters of an operation: those of its path and its own, by where they are (`query`, `path`).
  func parameters(of operation: Pointer, in place: String) -> [String: Pointer] {
    var parameters: [String: Pointer] = [:]
    for list in [Array(operation.dropLast()) + ["parameters"], operation + ["parameters"]] {
      for index in document[list]?.array?.indices ?? [].indices {
        let pointer = resolved(list + [String(index)])
        guard let parameter = document[pointer], parameter["in"]?.string == place else { continue }
        parameters[parameter["name"]!.string!] = pointer
      }
    }
    return parameters
  }

  /// The response to a status, or the one that is described for every other.
  func response(to operation: Pointer, status: Int) -> Pointer? {
    for key in [String(status), "default"] where document[operation + ["responses", key]] != nil {
      return resolved(operation + ["responses", key])
    }
    return nil
  }

  /// Every place of a schema that an answer can have, with all that it refers to.
  func responseSchemas() -> Set<Pointer> {
    var places: Set<Pointer> = []
    for operation in operations.values {
      for status in document[operation + ["responses"]]!.object!.keys {
        let content = resolved(operation + ["responses", status]) + ["content"]
        for type in document[content]?.object?.keys.map({ $0 }) ?? [] {
          collect(content + [type, "schema"], into: &places)
        }
      }
    }
    return places
  }

  /// Every place of a schema that a request's body can have.
  func requestSchemas() -> Set<Pointer> {
    var places: Set<Pointer> = []
    for body in ["Images", "ImagesToEmbed", "Picture"] {
      let content = ["components", "requestBodies", body, "content"]
      for type in document[content]!.object!.keys { collect(content + [type, "schema"], into: &places) }
    }
    return places
  }

  private func collect(_ place: Pointer, into places: inout Set<Pointer>) {
    guard places.insert(place).inserted, let schema = document[place]?.object else { return }
    if let reference = schema["$ref"] { collect(SchemaCheck.target(reference), into: &places) }
    for keyword in ["allOf", "oneOf", "anyOf"] {
      for index in schema[keyword]?.array?.indices ?? [].indices {
        collect(place + [keyword, String(index)], into: &places)
      }
    }
    for name in schema["properties"]?.object?.keys.map({ $0 }) ?? [] {
      collect(place + ["properties", name], into: &places)
    }
    for keyword in ["items", "additionalProperties"] where schema[keyword]?.object != nil {
      collect(place + [keyword], into: &places)
    }
  }
}
