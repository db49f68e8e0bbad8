import Foundation
import HTTPTypes
import NetworkAnalysis
import NetworkGraph
import Testing

@testable import ServerAPI

/// The calculators beside PyTorch, for settings that `Tests/Goldens/calculators/generate.py` draws.
@Suite("Calculators")
struct CalculatorTests {
  private static let rows: [[Substring]] = {
    let url = root.appending(path: "Tests/Goldens/calculators/settings.csv")
    let text = String(decoding: FileManager.default.contents(atPath: url.path)!, as: UTF8.self)
    return text.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }()

  private static func parameters(_ query: Substring) -> [(name: String, value: String?)] {
    query.split(separator: "&").map { item in
      let parts = item.split(separator: "=")
      return (String(parts[0]), String(parts[1]))
    }
  }

  private static func setting(_ row: [Substring]) throws -> CalculatorSetting {
    let parameters = parameters(row[1])
    return row[0] == "convolution" ? try .convolution(parameters: parameters) : try .pooling(parameters: parameters)
  }

  @Test("all settings have PyTorch's shapes and parameters, and are refused where PyTorch refuses them")
  func torch() throws {
    #expect(Self.rows.count == 10_000)
    var differing: [String] = []
    for row in Self.rows {
      let setting = try Self.setting(row)
      let expected = row[2].isEmpty ? nil : row[2...4].map { Int($0)! }
      let layer = try? setting.result().layer
      if layer?.outputShape != expected || layer.map({ $0.parameters != Int(row[5])! }) ?? false {
        differing.append("\(row[1]): \(layer?.outputShape ?? []), PyTorch \(expected ?? [])")
      }
    }
    #expect(differing == [])
  }

  @Test("a setting's query stands for the setting")
  func query() throws {
    for row in Self.rows {
      let setting = try Self.setting(row)
      let again = try Self.setting([row[0], Substring(setting.query)])
      guard again == setting else {
        Issue.record("\(row[1]) became \(setting.query)")
        return
      }
    }
  }

  @Test("AlexNet's first layer is that of the lecture, with all formulas filled in")
  func alexNet() async throws {
    let target = "/v1/convolution?input=3x227x227&filters=96&kernel=11&stride=4"
    let answer = try await TestAPI.shared.value.answer(to: .get(target)).json
    #expect(answer["output_shape"] == .array([.integer(96), .integer(55), .integer(55)]))
    #expect(answer["formula"] == .string("(W - F + 2P) / S + 1 = (227 - 11 + 2 × 0) / 4 + 1 = 55"))
    #expect(answer["parameters_formula"] == .string("N (C K² + 1) = 96 × (3 × 11 × 11 + 1) = 34,944"))
    #expect(answer["parameters"]?.integer == 34_944)
    #expect(answer["macs"]?.integer == 105_415_200)
    #expect(answer["locally_connected_parameters"]?.integer == 34_944 * 55 * 55)
    #expect(answer["dense_parameters"]?.integer == (3 * 227 * 227 + 1) * 96 * 55 * 55)
  }

  @Test("what padding saves: the rim of the maps, and how often a corner is seen")
  func padding() async throws {
    let api = try await TestAPI.shared.value
    let same = try await api.answer(to: .get("/v1/convolution?input=1x32x32&filters=1&kernel=5&padding=2")).json
    let saved = same["padding_saves"]
    #expect(saved?["output_without"] == .array([.integer(28), .integer(28)]))
    #expect(saved?["positions"]?.integer == 32 * 32 - 28 * 28)
    #expect(saved?["windows_at_corner"]?.integer == 9)
    #expect(saved?["windows_at_corner_without"]?.integer == 1)
    #expect(saved?["windows_at_centre"]?.integer == 25)
    // 32, 28, 24, 20, 16, 12, 8, 4: seven layers, as the book's figure 9.13 shows it for its own sizes.
    #expect(saved?["layers_without"]?.integer == 7)
    let none = try await api.answer(to: .get("/v1/convolution?input=1x32x32&filters=1&kernel=1")).json
    #expect(none["padding_saves"]?["positions"]?.integer == 0)
    #expect(none["padding_saves"]?["layers_without"] == nil)
  }

  @Test("each comparison has the results of its calculators, by their queries")
  func comparisons() async throws {
    let api = try await TestAPI.shared.value
    let answer = try await api.answer(to: .get("/v1/convolution/comparisons")).json
    let comparisons = try #require(answer.array)
    let ids = comparisons.compactMap { $0["id"]?.string }
    #expect(
      ids == ["5x5-or-two-3x3", "channels-or-resolution", "bottleneck", "shared-local-dense", "max-or-average"])
    for layer in comparisons.flatMap({ $0["settings"]?.array ?? [] }).flatMap({ $0["layers"]?.array ?? [] }) {
      let (operation, query) = (layer["operation"]?.string ?? "", layer["query"]?.string ?? "")
      let single = try await api.answer(to: .get("/v1/\(operation)?\(query)")).json
      #expect(layer["result"] == single, "\(query)")
    }
  }

  @Test("the comparisons say what their remarks claim")
  func claims() throws {
    let comparisons = Dictionary(uniqueKeysWithValues: try SettingComparison.all().map { ($0.id, $0.settings) })
    let kernels = try #require(comparisons["5x5-or-two-3x3"])
    #expect(kernels[0].totals.receptiveField.size == [5, 5] && kernels[1].totals.receptiveField.size == [5, 5])
    #expect(kernels[0].totals.macs * 18 == kernels[1].totals.macs * 25)
    let wide = try #require(comparisons["channels-or-resolution"])
    #expect(wide[0].totals.macs == wide[1].totals.macs)
    #expect(wide[0].totals.activationBytes == 2 * wide[1].totals.activationBytes)
    let weights = wide.map { $0.layers[0].result.layer.weights }
    #expect(4 * weights[0] == weights[1])
    let bottleneck = try #require(comparisons["bottleneck"])
    #expect(bottleneck[0].totals.outputShape == bottleneck[1].totals.outputShape)
    let saved = Double(bottleneck[0].totals.macs) / Double(bottleneck[1].totals.macs)
    #expect((9..<11).contains(saved), "\(saved)")
    let connected = try #require(comparisons["shared-local-dense"]?.map(\.totals))
    #expect(connected[0].macs == connected[1].macs && connected[1].macs < connected[2].macs)
    #expect(connected[0].parameters < connected[1].parameters && connected[1].parameters < connected[2].parameters)
    let pooled = try #require(comparisons["max-or-average"]?.map(\.totals))
    #expect(pooled.allSatisfy { $0.parameters == 0 && $0.outputShape == [96, 27, 27] })
  }
}
