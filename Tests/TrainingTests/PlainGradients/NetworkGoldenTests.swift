import Foundation
import NetworkGraph
import TestSupport
import Testing

/// That Swift builds the networks, weights and images of `Tests/Goldens/training/network_gradients.py`.
@Suite("PyTorch's steps of whole networks")
struct NetworkGoldenTests {
  @Test("every learned tensor has a gradient, every moving statistic a value", arguments: NetworkGolden.all)
  func tensors(golden: NetworkGolden) throws {
    let parameters = try golden.network().parameters()
    let learned = parameters.filter { $0.role.kind != .statistic }
    #expect(Set(golden.gradients.keys) == Set(learned.map(\.name)))
    let statistics = golden.statistics == .batch ? parameters.filter { $0.role.kind == .statistic } : []
    #expect(Set(golden.runningStatistics.keys) == Set(statistics.map(\.name)))
    #expect(golden.losses.count == 6)
  }

  @Test("plain loops give PyTorch's loss", arguments: NetworkGolden.all)
  func loss(golden: NetworkGolden) throws {
    let network = try golden.network()
    let reference = PlainReference(network: network, weights: try golden.weights(for: network))
    let logits = try reference.run(golden.images().map { $0.map(Double.init) }, statistics: golden.statistics)
    let losses = zip(logits, golden.labels).map { logits, label in
      let total = log(logits.reduce(0) { $0 + exp($1) })
      let smoothing = golden.labelSmoothing
      let target = (1 - smoothing) * logits[label] + smoothing * logits.reduce(0, +) / Double(logits.count)
      return total - target
    }
    #expect(abs(losses.reduce(0, +) / Double(losses.count) - golden.loss) < 1e-6 * golden.loss)
  }
}
