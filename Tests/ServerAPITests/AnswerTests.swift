import Architectures
import Explanations
import Foundation
import HTTPCore
import HTTPServer
import HTTPTypes
import Testing

@testable import ModelServing
@testable import ServerAPI

/// Real answers against the description, field by field.
@Suite("Answers")
struct AnswerTests {
  private let check: AnswerCheck

  init() throws { check = try AnswerCheck() }

  @Test(
    "every answer is as it is described",
    arguments: TestRequest.classifications + TestRequest.embeddings + TestRequest.inspections + TestRequest.questions)
  func conforms(_ request: TestRequest) async throws {
    let answer = try await TestAPI.shared.value.answer(to: request)
    let violations = try check.check(answer).violations
    #expect(answer.response.status == .ok)
    #expect(violations == [])
  }

  @Test("every architecture's summary and statistics are as described", arguments: Architecture.all.map(\.name))
  func architectures(_ name: String) async throws {
    for part in ["summary", "stats"] {
      let answer = try await TestAPI.shared.value.answer(to: .get("/v1/architectures/\(name)/\(part)"))
      let violations = try check.check(answer).violations
      #expect(violations == [])
    }
  }

  @Test(
    "the description's examples of JSON bodies are answered",
    arguments: [("ClassificationBody", classify, "predictions"), ("EmbeddingBody", embed, "embeddings")])
  func example(_ schema: String, _ target: String, _ member: String) async throws {
    let body = ["components", "schemas", schema]
    let example = try #require(check.description.document[body + ["examples", "0"]])
    let answer = try await TestAPI.shared.value.answer(
      to: .post(target, type: "application/json", encodedJSON(example)))
    #expect(try answer.json[member]?.array?.first?["image"] == .string("red.png"))
    let violations = SchemaCheck(document: check.description.document).check(example, against: body).violations
    #expect(violations == [])
  }

  @Test("every member that is described occurs in some answer")
  func nothingIsInvented() async throws {
    let api = try await TestAPI.shared.value
    var answers: [TestAnswer] = []
    let requests =
      TestRequest.classifications + TestRequest.embeddings + TestRequest.inspections + TestRequest.questions
    for request in requests + Refusal.all.map(\.request) {
      answers.append(try await api.answer(to: request))
    }
    answers.append(try await api.answer(to: .get("/page/missing.js")))
    answers += try await ModelLifecycleTests.answers()
    answers += try await JobTests.answers()
    let inspection = Problem(InspectionError.noMaps(network: "a perceptron")).response
    answers.append(TestAnswer(operation: "POST /v1/models/{model}/explain", response: inspection))
    for error in [NoFeatures(network: "SqueezeNet"), WeightsChanged()] as [any Error] {
      let response = Problem(error).response
      answers.append(TestAnswer(operation: "POST /v1/models/{model}/embeddings", response: response))
    }
    answers.append(.refusedChange(.foreignSite(seen: "cross-site")))
    answers.append(try await TestAPI.loading.answer(to: .get("/readyz")))
    answers.append(.problem(BatchQueueError.full(capacity: 1, retryAfter: .seconds(2))))
    let answered = try answers.reduce(into: Set<Pointer>()) { $0.formUnion(try check.check($1).members) }
    let described = check.description.responseSchemas().filter { $0.dropLast().last == "properties" }
    #expect(described.count > 100)
    #expect(described.subtracting(answered).map { $0.joined(separator: "/") }.sorted() == [])
  }

  @Test("models that are compared go by their own names, beside their architecture's")
  func comparedModels() async throws {
    let target = "/v1/compare?architectures=resnet8&models=wide,center"
    let answer = try await TestAPI.shared.value.answer(to: .get(target))
    let rows = try #require(try answer.json["networks"]?.array)
    #expect(rows.map { $0["name"] } == [.string("resnet8"), .string("wide"), .string("center")])
    #expect(rows.allSatisfy { $0["architecture"] == .string("resnet8") })
    let text = try await TestAPI.shared.value.answer(to: .get(target, accept: "text/plain")).response.body
    #expect(String(decoding: text, as: UTF8.self).contains("wide (resnet8)"))
  }

  @Test("the best class comes first, and scores are what was asked for")
  func ranking() async throws {
    let api = try await TestAPI.shared.value
    for (kind, name) in [("probability", "probability"), ("logit", "logit")] {
      let answer = try await api.answer(to: .post("\(classify)?top_k=10&scores=\(kind)", type: nil, jpeg))
      let classes = try answer.json["predictions"]!.array![0]["classes"]!.array!
      let scores = classes.map { $0[name]!.number! }
      #expect(classes.map { $0["rank"]!.integer! } == Array(1...10))
      #expect(scores == scores.sorted(by: >))
      #expect(kind == "logit" || abs(scores.reduce(0, +) - 1) < 1e-5)
    }
  }

  @Test("one image gets the same scores in every form of request")
  func forms() async throws {
    let api = try await TestAPI.shared.value
    let requests: [TestRequest] = [
      .post(classify, type: "image/jpeg", jpeg), .post(classify, type: "application/octet-stream", jpeg),
      .post(classify, type: nil, jpeg), .form(classify, [("image", "a.jpg", jpeg)]),
      .json(classify, #"{"images": [{"data": "\#(Data(jpeg).base64EncodedString())"}]}"#),
    ]
    var first: [JSONValue]?
    for request in requests {
      let classes = try await api.answer(to: request).json["predictions"]!.array![0]["classes"]!.array!
      for (left, right) in zip(first ?? classes, classes) {
        #expect(left["label"] == right["label"])
        // Another batch size, due to other tests, may sum in another order.
        #expect(abs(left["probability"]!.number! - right["probability"]!.number!) < 1e-5)
      }
      first = first ?? classes
    }
  }

  @Test("options of the body win over those of the query")
  func precedence() async throws {
    let api = try await TestAPI.shared.value
    for request: TestRequest in [
      .form("\(classify)?top_k=5", [("image", "a.jpg", jpeg), ("top_k", nil, Array("2".utf8))]),
      .json("\(classify)?top_k=5", #"{"images": [{"data": "\#(base64)"}], "top_k": 2}"#),
    ] {
      let answer = try await api.answer(to: request).json
      #expect(answer["predictions"]!.array![0]["classes"]!.array!.count == 2)
    }
  }

  @Test("several images are answered in their order, by their names")
  func order() async throws {
    let names = (1...8).map { "\($0).jpg" }
    let request = TestRequest.form(classify, names.map { ("image", $0, jpeg) })
    let answer = try await TestAPI.shared.value.answer(to: request).json
    #expect(answer["predictions"]!.array!.map { $0["image"]!.string! } == names)
  }

  @Test("format in the query wins over Accept, and the best liked form over the first")
  func negotiation() async throws {
    let api = try await TestAPI.shared.value
    let cases = [
      ("?format=csv", "application/json", "text/csv; charset=utf-8"),
      ("", "text/csv;q=0.5, text/markdown", "text/markdown; charset=utf-8"), ("", "*/*", "application/json"),
    ]
    for (query, accept, type) in cases {
      let answer = try await api.answer(to: .get("/v1/models/ten/stats\(query)", accept: accept))
      #expect(answer.response.fields[.contentType] == type)
      #expect(answer.response.fields[.vary] == "Accept, Accept-Encoding")
    }
  }
}
