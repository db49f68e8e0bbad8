import HTTPCore
import HTTPServer
import HTTPTypes
import ModelServing
import Testing

@testable import ServerAPI

/// Summaries, statistics and comparisons that clients have already.
@Suite("Answers that clients have already")
struct ConditionalAnswerTests {
  private static let targets = [
    "/v1/models/wide/summary", "/v1/models/ten/stats?batch=3", "/v1/architectures/resnet18/summary?num_classes=7",
    "/v1/architectures/googlenet/stats", "/v1/compare?architectures=alexnet,lenet5&models=wide",
  ]

  private func answer(
    _ target: String, _ fields: HTTPFields = [:], method: HTTPRequest.Method = .get
  ) async throws -> ServerResponse {
    let request = TestRequest(method: method, target: target, fields: fields)
    return try await TestAPI.shared.value.answer(to: request).response
  }

  @Test("are 304 with the same fields and no body, as they are described", arguments: targets)
  func notModified(_ target: String) async throws {
    let check = try AnswerCheck()
    let first = try await answer(target)
    let tag = try #require(first.fields[.eTag])
    #expect(first.fields[.cacheControl] == "no-cache")
    for condition in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
      let request = TestRequest(target: target, fields: [.ifNoneMatch: condition])
      let second = try await TestAPI.shared.value.answer(to: request)
      #expect(second.response.status == .notModified)
      #expect(second.response.body.isEmpty)
      #expect(second.response.fields[.contentType] == nil)
      for name in [HTTPField.Name.eTag, .vary, .cacheControl] {
        #expect(second.response.fields[name] == first.fields[name])
      }
      #expect(try check.check(second).violations == [])
    }
  }

  @Test(
    "other conditions, and those that cannot be read, get the answer",
    arguments: ["\"other\"", "other", "*, \"a\"", ""])
  func modified(_ condition: String) async throws {
    let first = try await answer(Self.targets[0])
    #expect(try await answer(Self.targets[0], [.ifNoneMatch: condition]) == first)
  }

  @Test("every form and every coding has a tag of its own")
  func tags() async throws {
    var tags: [String] = []
    for format in AnalysisFormat.tables {
      for coding in ["identity", "gzip", "deflate"] {
        let target = "/v1/architectures/resnet18/summary?format=\(format)"
        let first = try await answer(target, [.acceptEncoding: coding])
        let tag = try #require(first.fields[.eTag])
        #expect(first.fields[.contentEncoding] == (coding == "identity" ? nil : coding))
        #expect(tag.hasSuffix("-\(coding)\"") == (coding != "identity"))
        #expect(try await answer(target, [.acceptEncoding: coding]) == first)
        let again = try await answer(target, [.acceptEncoding: coding, .ifNoneMatch: tag])
        #expect(again.status == .notModified)
        #expect(try await answer(target, [.ifNoneMatch: tag]).status == (coding == "identity" ? .notModified : .ok))
        tags.append(tag)
      }
    }
    #expect(Set(tags).count == 12)
  }

  @Test("a compressed answer expands to the plain one", arguments: ["gzip", "deflate"])
  func coded(_ coding: String) async throws {
    for target in Self.targets {
      let plain = try await answer(target)
      let coded = try await answer(target, [.acceptEncoding: coding])
      guard coded.fields[.contentEncoding] != nil else {
        #expect(plain.body.count < 1024)
        continue
      }
      var expanded: [UInt8] = []
      try ContentDecoder(#require(ContentCoding(rawValue: coding)), limit: 1 << 20, ratio: 1000).decode(coded.body[...])
      {
        expanded += $0
        return true
      }
      #expect(expanded == plain.body)
    }
  }

  @Test("what an answer depends on changes it, and what it does not depend on does not")
  func questions() async throws {
    func body(_ target: String) async throws -> [UInt8] { try await answer(target).body }
    let base = try await body("/v1/architectures/resnet18/summary")
    for same in ["?", "?batch=1", "?num_classes=1000&input=3x224x224", "?format=json"] {
      #expect(try await body("/v1/architectures/ResNet18/summary\(same)") == base)
    }
    for other in ["?batch=2", "?num_classes=10", "?input=3x192x224", "?input=3x224x192", "?format=csv"] {
      for _ in 0..<2 { #expect(try await body("/v1/architectures/resnet18/summary\(other)") != base) }
    }
    #expect(try await body("/v1/architectures/resnet18/stats") != base)
    let comparison = try await body("/v1/compare?architectures=alexnet,vgg16")
    #expect(try await body("/v1/compare?architectures=vgg16,alexnet") != comparison)
  }

  @Test("HEAD is answered as GET is")
  func head() async throws {
    let get = try await answer(Self.targets[0])
    #expect(try await answer(Self.targets[0], method: .head) == get)
    let tag = try #require(get.fields[.eTag])
    #expect(try await answer(Self.targets[0], [.ifNoneMatch: tag], method: .head).status == .notModified)
  }

  @Test("errors are not answered by a tag")
  func errors() async throws {
    let targets = [
      "/v1/models/nope/summary", "/v1/architectures/vgg16/summary?input=3x16x16", "/v1/compare?architectures=none",
    ]
    for target in targets {
      let answer = try await answer(target, [.ifNoneMatch: "*"])
      #expect(answer.status.code >= 400)
      #expect(answer.fields[.eTag] == nil)
    }
  }
}
