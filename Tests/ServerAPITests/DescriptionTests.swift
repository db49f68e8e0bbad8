import Architectures
import Explanations
import HTTPCore
import HTTPServer
import HTTPTypes
import ImageInput
import Jobs
import ModelServing
import NetworkAnalysis
import NetworkGraph
import Testing

@testable import ServerAPI
@testable import convserve

/// `openapi.yaml` against the program's own tables, in both directions.
@Suite("Description")
struct DescriptionTests {
  private let description: Description
  private let endpoints: [any Endpoint]

  init() throws {
    description = try Description()
    endpoints = API.endpoints(TestAPI.loading.context)
  }

  @Test("its version is the program's")
  func version() {
    #expect(description.document["info"]?["version"]?.string == Version.current)
  }

  @Test("it describes the routes that there are, and HEAD for each GET")
  func routes() {
    let routes = endpoints.map { "\(type(of: $0).method) \(type(of: $0).path)" }
    let heads = routes.filter { $0.hasPrefix("GET ") }.map { $0.replacing("GET ", with: "HEAD ") }
    #expect(Set(description.operations.keys) == Set(routes + heads))
  }

  @Test("each operation has its route's name and parameters")
  func parameters() throws {
    for endpoint in endpoints.map({ type(of: $0) }) {
      let operation = try #require(description.operations["\(endpoint.method) \(endpoint.path)"])
      #expect(description.document[operation]?["operationId"]?.string == endpoint.name)
      let query = description.parameters(of: operation, in: "query")
      #expect(Set(query.keys) == Set(endpoint.queryParameters), "\(endpoint.name)")
      let path = description.parameters(of: operation, in: "path")
      #expect(Set(path.keys) == Set(endpoint.path.parameterNames), "\(endpoint.name)")
      for parameter in query.merging(path, uniquingKeysWith: { $1 }).values {
        #expect(description.document[parameter]?["description"]?.string != nil, "\(parameter)")
      }
    }
  }

  @Test("operations that change the server's state have a tag that says so, by which they are tested apart")
  func changes() throws {
    for endpoint in endpoints.map({ type(of: $0) }) {
      let operation = try #require(description.operations["\(endpoint.method) \(endpoint.path)"])
      let tags = description.document[operation]?["tags"]?.strings ?? []
      #expect(tags.contains("changes-state") == endpoint.changesState, "\(endpoint.name)")
      let responses = description.document[operation]?["responses"]?.object ?? [:]
      for status in ["403", "415"] where endpoint.changesState {
        #expect(responses[status] != nil, "\(endpoint.name) does not describe \(status)")
      }
    }
  }

  @Test("it describes the classification bodies that are read")
  func bodies() {
    for body in ["Images", "ImagesToEmbed", "Picture"] {
      let content = description.document["components"]?["requestBodies"]?[body]?["content"]?.object ?? [:]
      #expect(Set(content.keys) == Set(ClassificationRequest.acceptedTypes))
    }
    let options = Set(ClassificationRequest.optionNames)
    #expect(members("ClassificationBody") == Set(JSONClassificationBody.CodingKeys.allCases.map(\.rawValue)))
    #expect(members("ClassificationBody") == options.union(["images"]))
    #expect(members("JobRequest") == Set(JobRequestBody.CodingKeys.allCases.map(\.rawValue)))
    let uploads = description.document["paths"]?["/v1/datasets"]?["post"]?["requestBody"]?["content"]?.object ?? [:]
    #expect(Set(uploads.keys) == Set(CreateDatasetEndpoint.changeBodyTypes.map(\.essence)))
    #expect(members("EncodedImage") == Set(JSONClassificationBody.Image.CodingKeys.allCases.map(\.rawValue)))
    #expect(members("ClassificationForm") == options.union(["image"]))
    let embeddingOptions = Set(ClassificationRequest.embeddingOptionNames)
    #expect(members("EmbeddingBody") == embeddingOptions.union(["images"]))
    #expect(members("EmbeddingForm") == embeddingOptions.union(["image"]))
    #expect(members("PictureBody") == Set(InspectedPicture.optionNames + ["images"]))
    #expect(members("PictureForm") == Set(InspectedPicture.optionNames + ["image"]))
    let headers = description.document["components"]?["responses"]?["Embeddings"]?["headers"]?.object ?? [:]
    #expect(Set(headers.keys) == Set(EmbeddingFields.names + ["Vary"]))
  }

  @Test("ranges and choices are those that are checked")
  func ranges() {
    #expect(range(["components", "schemas", "TopK"]) == ClassificationRequest.topKRange)
    #expect(range(["components", "schemas", "Timeout"]) == ClassificationRequest.timeoutRange)
    #expect(range(["components", "parameters", "batch", "schema"]) == EndpointRequest.acceptedBatches)
    #expect(range(["components", "parameters", "num_classes", "schema"]) == Architecture.acceptedClasses)
    #expect(range(["components", "schemas", "JobRequest", "properties", "seed"]) == JobRequestBody.seedRange)
    #expect(range(["components", "schemas", "JobRequest", "properties", "epochs"]) == JobRequestBody.epochsRange)
    #expect(
      range(["components", "schemas", "JobRequest", "properties", "batch_size"]) == JobRequestBody.batchSizeRange)
    #expect(
      range(["paths", "/v1/jobs/{job}/events", "parameters", "1", "schema"]) == JobEventsEndpoint.sequenceRange)
    #expect(choices("JobKind") == JobRequest.Kind.allCases.map(\.rawValue))
    #expect(choices("JobState") == JobState.allCases.map(\.rawValue))
    let wishes = schema("Job")["properties"]?["desired_state"]?["enum"]?.strings
    #expect(wishes == DesiredState.allCases.map(\.rawValue))
    let kinds = schema("JobEvent")["properties"]?["type"]?["enum"]?.strings
    #expect(kinds == JobEvent.Kind.allCases.map(\.rawValue))
    #expect(schema("TopK")["default"]?.integer == ClassificationOptions().topK)
    #expect(choices("CropMode") == CropMode.allCases.map(\.rawValue))
    #expect(choices("ScoreKind") == ScoreKind.allCases.map(\.rawValue))
    #expect(schema("ScoreKind")["default"]?.string == ClassificationOptions().scores.rawValue)
    let formats = description.document["components"]?["parameters"]?["format"]?["schema"]?["enum"]?.strings
    #expect(formats == AnalysisFormat.tables.map(\.rawValue))
    let pictures = description.document["components"]?["parameters"]?["picture_format"]?["schema"]?["enum"]?.strings
    #expect(pictures == AnalysisFormat.drawnTables.map(\.rawValue))
    let folds = description.document["components"]?["parameters"]?["fold"]?["schema"]?["enum"]?.strings
    #expect(folds == Fold.allCases.map(\.rawValue))
    #expect(choices("ExplanationMethod") == ExplanationMethod.allCases.map(\.rawValue))
    #expect(schema("ExplanationMethod")["default"]?.string == ExplanationOptions().method.rawValue)
    #expect(choices("FilterKind") == Filters.Kind.allCases.map(\.rawValue))
    #expect(choices("OneCrop") == InspectionError.severalCrops.accepted)
    #expect(range(["components", "parameters", "top", "schema"]) == ActivationsEndpoint.acceptedTops)
    let compared = description.document["paths"]?["/v1/compare"]?["parameters"]?.array?[0]["schema"]
    #expect(compared?["maxItems"]?.integer == CompareEndpoint.maximumNetworks)
  }

  @Test("every type of problem has its entry, with its title and its status")
  func problems() {
    let entries = schema("ProblemType")["oneOf"]?.array ?? []
    #expect(entries.map { $0["const"]?.string } == ProblemKind.allCases.map(\.type))
    #expect(entries.map { $0["title"]?.string } == ProblemKind.allCases.map(\.title))
    for (entry, kind) in zip(entries, ProblemKind.allCases) {
      #expect(entry["description"]?.string?.hasPrefix("\(kind.status.code);") == true, "\(kind)")
    }
    #expect(members("Problem") == Set(Problem.CodingKeys.allCases.map(\.rawValue)))
  }

  @Test("each error status lists types that have this status")
  func statuses() throws {
    for (name, response) in try #require(description.document["components"]?["responses"]?.object) {
      guard let restated = response["content"]?["application/problem+json"]?["schema"]?["allOf"]?.array?.last else {
        continue
      }
      let type = try #require(restated["properties"]?["type"])
      for type in type["enum"]?.strings ?? [type["const"]?.string ?? ""] {
        let kind = try #require(ProblemKind.allCases.first { $0.type == type }, "\(name) lists \(type)")
        #expect(restated["properties"]?["status"]?["const"]?.integer == kind.status.code, "\(name) lists \(type)")
      }
    }
  }

  @Test("every object is closed, and every member has a type and a description")
  func schemas() {
    for place in description.responseSchemas().union(description.requestSchemas()) {
      // A response restates members of the problem, which is closed itself.
      guard place.starts(with: ["components", "schemas"]) else { continue }
      let schema = description.document[place]!
      if schema["type"]?.string == "object" { #expect(schema["additionalProperties"] != nil, "\(place) is open") }
      guard place.dropLast().last == "properties" else { continue }
      let referred = description.document[description.resolved(place)]!
      #expect(schema["description"] != nil || referred["description"] != nil, "\(place) has no description")
      let kinds = ["type", "const", "enum", "oneOf", "anyOf"]
      #expect(kinds.contains { referred[$0] != nil }, "\(place) has no type")
    }
  }

  @Test("every reference leads somewhere, and every component is used")
  func references() {
    var used: Set<Pointer> = []
    collectReferences(description.document, into: &used)
    for place in used { #expect(description.document[place] != nil, "\(place)") }
    // Security schemes are named, not referred to (OpenAPI 3.1, security requirement object).
    let schemes = description.document["security"]?.array?.flatMap { $0.object?.keys.map { $0 } ?? [] } ?? []
    used.formUnion(schemes.map { ["components", "securitySchemes", $0] })
    for (kind, components) in description.document["components"]!.object! {
      for name in components.object!.keys { #expect(used.contains(["components", kind, name])) }
    }
  }

  @Test("links lead to operations that exist, with parameters that they have")
  func links() {
    let holders = description.operations.values.flatMap { operation in
      description.document[operation + ["responses"]]!.object!.keys.map {
        description.resolved(operation + ["responses", $0])
      }
    }
    let links = holders.flatMap { description.document[$0]?["links"]?.object?.values.map { $0 } ?? [] }
    #expect(!links.isEmpty)
    for link in links {
      let target = endpoints.map { type(of: $0) }.first { $0.name == link["operationId"]?.string }
      let parameters = link["parameters"]?.object?.keys.map { $0 } ?? []
      #expect(parameters == target?.path.parameterNames.map { "path.\($0)" })
    }
  }

  private func collectReferences(_ value: JSONValue, into used: inout Set<Pointer>) {
    if let reference = value["$ref"] { used.insert(SchemaCheck.target(reference)) }
    for child in value.object.map({ Array($0.values) }) ?? value.array ?? [] {
      collectReferences(child, into: &used)
    }
  }

  private func schema(_ name: String) -> JSONValue { description.document["components"]!["schemas"]![name]! }

  private func members(_ name: String) -> Set<String> { Set(schema(name)["properties"]!.object!.keys) }

  private func choices(_ name: String) -> [String] { schema(name)["oneOf"]!.array!.compactMap { $0["const"]?.string } }

  private func range(_ place: Pointer) -> ClosedRange<Int>? {
    guard let schema = description.document[place], let minimum = schema["minimum"]?.integer,
      let maximum = schema["maximum"]?.integer
    else { return nil }
    return minimum...maximum
  }
}
