import Foundation
import HTTPServer
import HTTPTypes
import Testing

@testable import ServerAPI

@Suite("Profiles and comparisons of networks")
struct ProfileTests {
  @Test("a picture says the same numbers as the answer, with all of their digits")
  func numbers() async throws {
    let api = try await TestAPI.shared.value
    let target = "/v1/architectures/alexnet/profile?against=vgg16"
    let answer = try await api.answer(to: .get(target)).json
    let picture = String(
      decoding: try await api.answer(to: .get(target, accept: "image/svg+xml")).response.body, as: UTF8.self)
    for network in [answer, answer["against"]!] {
      for layer in network["layers"]!.array! {
        let name = "\(layer["name"]!.string!) (\(layer["operator"]!.string!))"
        for (member, unit) in [
          ("activation_bytes", "bytes"), ("parameters", "parameters"), ("macs", "multiply-accumulates"),
        ] {
          #expect(picture.contains("<title>\(name): \(Self.grouped(layer[member]!.integer!)) \(unit)</title>"))
        }
      }
    }
    let summary = try await api.answer(to: .get("/v1/architectures/vgg16/summary")).json
    #expect(answer["against"]?["totals"] == summary["totals"])
  }

  private static func grouped(_ value: Int) -> String {
    String(value).reversed().enumerated().reduce(into: "") { text, digit in
      text = (digit.offset > 0 && digit.offset % 3 == 0 ? "\(digit.element)," : "\(digit.element)") + text
    }
  }

  @Test("measured times are held: asked again, they are the same, and the client need not load them anew")
  func held() async throws {
    let api = try await TestAPI.shared.value
    let target = "/v1/models/wide/profile?measure=true"
    let first = try await api.answer(to: .get(target))
    let times = try first.json["layers"]!.array!.compactMap { $0["milliseconds"]?.number }
    #expect(!times.isEmpty && times.allSatisfy { $0 >= 0 })
    let total = try #require(try first.json["milliseconds"]?.number)
    #expect((times.reduce(0, +) - total).magnitude < 1e-9 * max(total, 1))
    let again = try await api.answer(to: .get(target))
    #expect(again.response.body == first.response.body)
    // Speeds of comparisons are those times.
    let compared = try await api.answer(to: .get("/v1/compare?models=wide&plot=throughput")).json
    let speed = try #require(compared["networks"]?.array?.first?["images_per_second"]?.number)
    #expect((speed * total - 1000).magnitude < 1e-6 * 1000)
  }

  @Test("every convolution and fully connected layer of a model has a time")
  func attributed() async throws {
    let answer = try await TestAPI.shared.value.answer(to: .get("/v1/models/wide/profile?measure=true")).json
    for layer in answer["layers"]!.array! where layer["macs"]!.integer! > 0 {
      #expect(layer["milliseconds"] != nil, "\(layer["name"]!.string!)")
    }
  }

  @Test("where no network is named, all with a published accuracy are compared, and each is in the picture's table")
  func published() async throws {
    let api = try await TestAPI.shared.value
    let networks = try await api.answer(to: .get("/v1/compare")).json["networks"]!.array!
    #expect(networks.count > 40 && networks.allSatisfy { $0["published"] != nil })
    let picture = String(
      decoding: try await api.answer(to: .get("/v1/compare?format=svg")).response.body, as: UTF8.self)
    for network in networks {
      let title = network["title"]!.string!
      #expect(picture.contains(">\(title)</text>"), "\(title)")
      guard let error = network["published"]?["top1_error"]?.number else { continue }
      let numbers =
        "multiply-accumulates, \(Self.grouped(network["parameters"]!.integer!)) parameters</title>"
      let accuracy = String(format: "%.2f", 100 - error)
      let note = "\(title): top-1 accuracy \(accuracy)\u{A0}%, \(Self.grouped(network["macs"]!.integer!)) \(numbers)"
      #expect(picture.contains(note), "\(note)")
    }
  }
}
