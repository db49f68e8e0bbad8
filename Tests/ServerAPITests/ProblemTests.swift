import AccessControl
import Architectures
import HTTPCore
import HTTPServer
import HTTPTypes
import Testing

@testable import ModelServing
@testable import ServerAPI

/// What is refused, with which status and type, and whether the client is told what is accepted.
@Suite("Problems")
struct ProblemTests {
  private let check: AnswerCheck

  init() throws { check = try AnswerCheck() }

  @Test("wrong requests are refused by type and told what is accepted", arguments: Refusal.all)
  func refused(_ refusal: Refusal) async throws {
    let answer = try await TestAPI.shared.value.answer(to: refusal.request)
    let problem = try answer.json
    #expect(answer.response.status.code == refusal.status)
    #expect(problem["status"]?.integer == refusal.status)
    #expect(problem["type"]?.string == refusal.kind.type)
    #expect(problem["detail"]?.string?.contains(refusal.says) == true, "\(problem["detail"]?.string ?? "no detail")")
    // Words of the language that the server is written in say nothing to a client.
    for word in ["Swift", "CodingKeys", "Index ", "Dictionary<", "Array<", "Expected to decode"] {
      #expect(problem["detail"]?.string?.contains(word) == false)
    }
    #expect(problem["instance"]?.string == refusal.request.target.prefix { $0 != "?" }.description)
    let violations = try check.check(answer).violations
    #expect(violations == [])
  }

  @Test("what is accepted is listed for programs too")
  func accepted() async throws {
    let api = try await TestAPI.shared.value
    for (target, accepted) in [
      ("/v1/models/x", ["center", "resnet8-cifar10", "ten", "wide"]), ("/v1/classify", ["OPTIONS", "POST"]),
      ("/v1/architectures/resnet5/stats", ["resnet50"]), ("/v1/compare?x=1", ["architectures", "models", "format"]),
    ] {
      let problem = try await api.answer(to: .get(target)).json
      #expect(Set(accepted).isSubset(of: problem["accepted"]?.strings ?? []), "\(target)")
    }
  }

  @Test("before the models are loaded every use of them is 503 with Retry-After, and the rest is answered")
  func loading() async throws {
    for target in ["/readyz", "/v1/models", "/v1/models/ten", "/v1/models/ten/stats", "/v1/compare?models=ten"] {
      let answer = try await TestAPI.loading.answer(to: .get(target))
      #expect(answer.response.status == .serviceUnavailable)
      #expect(answer.response.fields[.retryAfter] == "1")
      #expect(try answer.json["type"]?.string == "/problems/not-ready")
      let violations = try check.check(answer).violations
      #expect(violations == [])
    }
    for target in ["/healthz", "/v1/architectures", "/openapi.yaml"] {
      #expect(try await TestAPI.loading.answer(to: .get(target)).response.status == .ok)
    }
  }

  @Test(
    "errors from within become problems as described, and each 503 says when to come back",
    arguments: [
      (BatchQueueError.full(capacity: 128, retryAfter: .milliseconds(2500)), 503, .overloaded, 3),
      (BatchQueueError.tooLate(estimate: .seconds(3), retryAfter: .milliseconds(1500)), 503, .overloaded, 2),
      (BatchQueueError.closed, 503, .notReady, 1), (CancellationError(), 503, .notReady, 1),
      (NoFeatures(network: "SqueezeNet"), 422, .noEmbeddings, nil),
      (WeightsChanged(), 409, .modelFilesChanged, nil),
      (DeadlineExceeded(), 504, .deadlineExceeded, nil), (Unforeseen(), 500, .internalError, nil),
    ] as [(any Error, Int, ProblemKind, Int?)])
  func inner(_ error: any Error, _ status: Int, _ kind: ProblemKind, _ retryAfter: Int?) throws {
    let answer = TestAnswer.problem(error)
    let problem = try answer.json
    #expect(answer.response.status.code == status)
    #expect(problem["type"]?.string == kind.type)
    #expect(problem["retry_after"]?.integer == retryAfter)
    #expect(answer.response.fields[.retryAfter] == retryAfter.map(String.init))
    #expect(problem["detail"]?.string?.contains("secret") == false)
    let violations = try check.check(answer).violations
    #expect(violations == [])
  }

  @Test(
    "what the HTTP server refuses by itself is a problem too",
    arguments: [
      (.parsing(.missingHost), 400, .invalidRequest), (.parsing(.requestLineTooLong(limit: 9)), 414, .invalidRequest),
      (.parsing(.headerTooLarge(limit: 9)), 431, .invalidRequest),
      (.parsing(.unsupportedExpectation(seen: "x")), 417, .invalidRequest),
      (.parsing(.unsupportedTransferCoding(seen: "x")), 501, .invalidRequest),
      (.parsing(.unsupportedVersion(HTTPVersion(major: 3, minor: 0))), 505, .invalidRequest),
      (.parsing(.bodyTooLarge(limit: 9, declared: 10)), 413, .bodyTooLarge),
      (.headerTimeout(.seconds(1)), 408, .requestTimeout),
      (.bodyTimeout(.seconds(1), minimumRate: 9), 408, .requestTimeout),
      (.routing(.methodNotImplemented(HTTPRequest.Method("BREW")!)), 501, .invalidRequest),
      (.contentCoding(.unsupported(seen: "br")), 415, .unsupportedMediaType),
      (.contentCoding(.malformed(.gzip)), 400, .invalidRequest),
      (.contentCoding(.truncated(.deflate)), 400, .invalidRequest),
      (.contentCoding(.expandedTooLarge(limit: 9)), 413, .bodyTooLarge),
      (.contentCoding(.expandsTooMuch(ratio: 9)), 413, .bodyTooLarge),
      (.contentCoding(.noneAcceptable), 406, .notAcceptable),
      (.bodyMemoryExhausted(limit: 9), 503, .overloaded),
      (.access(.keyMissing), 401, .unauthorized), (.access(.keyUnknown), 401, .unauthorized),
      (.access(.scopeMissing(key: "k", needed: .admin)), 403, .forbidden),
      (.tooManyConnections(limit: 9), 503, .overloaded),
    ] as [(ServerFailure, Int, ProblemKind)])
  func outer(_ failure: ServerFailure, _ status: Int, _ kind: ProblemKind) throws {
    let answer = TestAnswer(operation: nil, response: API.problem(failure, nil))
    #expect(answer.response.status.code == status)
    #expect(try answer.json["type"]?.string == kind.type)
    let isRatio = failure == .contentCoding(.expandsTooMuch(ratio: 9))
    let hasLimit = (kind == .bodyTooLarge && !isRatio) || kind == .overloaded
    #expect(try answer.json["limit"]?.integer == (hasLimit ? 9 : nil))
    let violations = try check.check(answer).violations
    #expect(violations == [])
  }

  @Test(
    "what may not change the server's state is told so as the operation describes, with what is accepted",
    arguments: [
      (.otherMachine(peer: "192.0.2.7:1"), .stateChangeForbidden, nil),
      (.foreignHost(seen: "a.example"), .stateChangeForbidden, ["localhost", "127.0.0.1", "[::1]"]),
      (.foreignOrigin(seen: "null", own: "http://localhost"), .stateChangeForbidden, ["http://localhost"]),
      (.foreignSite(seen: "cross-site"), .stateChangeForbidden, ["same-origin", "none"]),
      (.mediaType(seen: nil), .unsupportedMediaType, ["application/json"]),
    ] as [(StateChangeRefusal, ProblemKind, [String]?)])
  func refusedChange(_ refusal: StateChangeRefusal, _ kind: ProblemKind, _ accepted: [String]?) throws {
    let answer = TestAnswer.refusedChange(refusal)
    #expect(try answer.json["type"]?.string == kind.type)
    #expect(try answer.json["accepted"]?.strings == accepted)
    let violations = try check.check(answer).violations
    #expect(violations == [])
  }
}

extension TestAnswer {
  /// The server's answer to a request that may not change its state.
  static func refusedChange(_ refusal: StateChangeRefusal) -> TestAnswer {
    TestAnswer(operation: "POST /v1/models/reload", response: API.problem(.stateChange(refusal), nil))
  }
}

private struct Unforeseen: Error, CustomStringConvertible {
  var description: String { "secret" }
}

extension TestAnswer {
  /// An endpoint's answer to an error that needs load or bad luck to happen.
  static func problem(_ error: any Error) -> TestAnswer {
    TestAnswer(operation: "POST /v1/classify", response: Problem(error).response)
  }
}
