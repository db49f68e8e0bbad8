import Architectures
import Foundation
import NetworkAnalysis
import NetworkGraph
import Testing

/// Counts beside those of timm, which measured other people's implementations: `Tests/Goldens/timm`.
@Suite("Published counts")
struct PublishedCountTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let architecture: String
    let size: Int
    /// In millions, to two decimals.
    let parameters: Double
    /// In thousands of millions, to two decimals.
    let macs: Double

    var testDescription: String { "\(architecture) at \(size)" }

    static let all: [Row] = {
      let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Goldens/timm/networks.csv")
      let lines = try! String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst()
      return lines.map { line in
        let cells = line.split(separator: ",")
        return Row(
          architecture: String(cells[0]), size: Int(cells[2])!, parameters: Double(cells[3])!, macs: Double(cells[4])!)
      }
    }()
  }

  @Test("parameters are timm's, and multiply-accumulates within 1 %", arguments: Row.all)
  func counts(_ row: Row) throws {
    let network = try Architecture.named(row.architecture).network(inputShape: [3, row.size, row.size])
    let totals = try FoldedNetwork(of: network, fold: .blocks).totals
    #expect((Double(totals.parameters) / 1e6 - row.parameters).magnitude <= 0.005 + 1e-9)
    // fvcore, which counts for timm, takes batch normalisation for two operations a value.
    let counted = totals.macs + 2 * (try Self.normalizedValues(network))
    // Half a unit of the last decimal is not the counts', but the table's.
    #expect((Double(counted) / 1e9 - row.macs).magnitude <= 0.01 * row.macs + 0.005)
  }

  private static func normalizedValues(_ network: Network) throws -> Int {
    try zip(network.nodes, network.inferShapes().layers).reduce(0) { sum, layer in
      if case .batchNormalization = layer.0.operator { sum + layer.1.output.elements } else { sum }
    }
  }

  @Test("the table holds more than forty rows")
  func rows() { #expect(Row.all.count > 40) }
}
