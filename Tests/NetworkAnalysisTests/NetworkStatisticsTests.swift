import Architectures
import Foundation
import NetworkAnalysis
import NetworkGraph
import Testing

@Suite("Network statistics")
struct NetworkStatisticsTests {
  @Test("shares sum to one, counts to the totals", arguments: Architecture.all.map(\.name))
  func shares(name: String) throws {
    let statistics = try NetworkStatistics(of: Architecture.named(name).network())
    let rows = statistics.byOperator
    for share in [\OperatorStatistics.parametersShare, \.macsShare, \.activationBytesShare] {
      #expect(abs(rows.reduce(0) { $0 + $1[keyPath: share] } - 1) < 1e-12)
    }
    #expect(rows.reduce(0) { $0 + $1.parameters } == statistics.totals.parameters)
    #expect(rows.reduce(0) { $0 + $1.macs } == statistics.totals.macs)
    #expect(rows.reduce(0) { $0 + $1.activationBytes } == statistics.totals.activationBytes)
  }

  @Test("VGG-16 has nine tenths of its parameters in three layers, and its arithmetic elsewhere")
  func vgg() throws {
    let statistics = try NetworkStatistics(of: Architecture.named("vgg16").network())
    #expect(statistics.byOperator.prefix(2).map(\.operatorName) == ["convolution", "fully_connected"])
    #expect(statistics.byOperator[1].layers == 3)
    #expect(statistics.byOperator[1].parametersShare > 0.89)
    #expect(statistics.byOperator[0].macsShare > 0.99)
  }

  @Test("a dense layer in place of VGG's first convolution would need 483 billion weights")
  func denseEquivalent() throws {
    let dense = try NetworkStatistics(of: Architecture.named("vgg16").network()).denseEquivalent
    let first = try #require(dense.layers.first)
    #expect(first.parameters == 1792)
    #expect(first.denseMacs == 150_528 * 3_211_264)
    #expect(first.denseParameters == 150_528 * 3_211_264 + 3_211_264)
    #expect(first.locallyConnectedParameters == 224 * 224 * 1792)
    #expect(first.weightSharingFactor == 224 * 224)
    #expect(dense.layers.count == 13)
  }

  @Test("sparsity and sharing together are the whole saving", arguments: Architecture.all.map(\.name))
  func factors(name: String) throws {
    let dense = try NetworkStatistics(of: Architecture.named(name).network()).denseEquivalent
    for row in dense.layers + [dense.total] {
      let product = row.sparseConnectivityFactor * row.weightSharingFactor
      #expect(abs(product / row.parametersFactor - 1) < 1e-9)
      #expect(row.parametersFactor >= 1 && row.macsFactor >= 1)
    }
    #expect(dense.total.denseParameters == dense.layers.reduce(0) { $0 + $1.denseParameters })
  }

  @Test("counts beyond Int saturate instead of trapping")
  func saturation() throws {
    var builder = NetworkBuilder()
    builder.append("conv", .convolution(Convolution(outputChannels: 64, kernel: 1)))
    let network = try builder.network(name: "net", inputShape: TensorShape([1, 16_384, 16_384]))
    #expect(try NetworkStatistics(of: network).denseEquivalent.total.denseParameters == (64 << 56) + (64 << 28))
    let wide = try Architecture.named("efficientnet-lite0").network(inputShape: [1, 16_384, 16_384])
    #expect(try NetworkStatistics(of: wide).denseEquivalent.total.denseMacs == .max)
  }

  @Test("a network without arithmetic has shares of zero, not NaN")
  func noArithmetic() throws {
    var builder = NetworkBuilder()
    builder.append("relu", .relu(ReLU()))
    let network = try builder.network(name: "net", inputShape: TensorShape([4]))
    let statistics = try NetworkStatistics(of: network)
    #expect(statistics.byOperator.map(\.macsShare) == [0])
    #expect(statistics.denseEquivalent.total.parametersFactor == 0)
    _ = try JSONEncoder().encode(statistics)
  }

  @Test("JSON has the documented fields")
  func fields() throws {
    let statistics = try NetworkStatistics(of: Architecture.named("lenet5").network())
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(statistics)) as? [String: Any]
    #expect(
      Set(try #require(json).keys) == ["name", "input_shape", "totals", "by_operator", "dense_equivalent"])
    let row = (json?["by_operator"] as? [[String: Any]])?.first
    #expect(
      Set(try #require(row).keys) == [
        "operator", "layers", "parameters", "macs", "activation_bytes", "parameters_share", "macs_share",
        "activation_bytes_share",
      ])
  }
}

@Suite("Network comparisons")
struct NetworkComparisonTests {
  @Test(
    "depth counts the longest path, as the papers' names do",
    arguments: [
      ("lenet5", 5, 5), ("alexnet-original", 8, 8), ("vgg19_bn", 19, 19), ("googlenet", 22, 58), ("resnet18", 18, 21),
      ("resnet50", 50, 54), ("resnet152", 152, 156), ("plain34", 34, 34), ("resnet110", 110, 110),
    ])
  func depth(name: String, depth: Int, layers: Int) throws {
    let compared = try ComparedNetwork(Architecture.named(name).network())
    #expect((compared.depth, compared.layers) == (depth, layers))
    #expect(compared.title == name)
  }

  @Test("JSON has the documented fields, with published errors where they exist")
  func fields() throws {
    let published = PublishedErrors(dataset: "ImageNet-1k", top1Error: nil, top5Error: 10.07, source: "table 3")
    let network = try Architecture.named("googlenet").network()
    let comparison = NetworkComparison([
      try ComparedNetwork(network, title: "GoogLeNet", published: published), try ComparedNetwork(network),
    ])
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(comparison)) as? [String: Any]
    let rows = try #require(json?["networks"] as? [[String: Any]])
    #expect(
      Set(rows[0].keys) == [
        "name", "architecture", "title", "input_shape", "depth", "layers", "parameters", "macs", "flops",
        "weight_bytes", "activation_bytes", "peak_activation_bytes", "published",
      ])
    #expect(Set((rows[0]["published"] as? [String: Any] ?? [:]).keys) == ["dataset", "top5_error", "source"])
    #expect(rows[1]["published"] == nil)
  }
}
