import Architectures
import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import ModelServing

@Suite("Times of layers")
struct LayerTimesTests {
  @Test("a step is counted for the layer with weights that it computes, else for the one that it is named after")
  func owners() throws {
    var net = NetworkBuilder()
    net.append("conv", .convolution(Convolution(outputChannels: 4, kernel: 3, padding: 1)))
    net.append("bn", .batchNormalization(BatchNormalization()))
    net.append("relu", .relu(ReLU()))
    net.append("pool", .maxPooling(MaxPooling(kernel: 2)))
    net.append("flatten", .flatten(Flatten()))
    net.append("fc", .fullyConnected(FullyConnected(outputFeatures: 3)))
    let network = try net.network(name: "small", inputShape: TensorShape([1, 8, 8]))
    let steps = ["input (blocked)", "relu", "relu (planar)", "pool", "fc"]
    #expect(LayerTimes.owners(of: steps, in: network) == ["conv", "conv", "conv", "pool", "fc"])
  }

  @Test("all steps of a plan are counted, each for a layer that there is")
  func all() throws {
    let network = try Architecture.named("resnet20").network()
    let plan = try Compiler.compile(
      network, weights: SeededWeights.make(for: network), options: CompilerOptions(maximumBatch: 1, threadCount: 1))
    let times = try LayerTimes(of: network, plan: plan)
    #expect(Set(times.milliseconds.keys).isSubset(of: Set(network.nodes.map(\.name))))
    #expect(times.total > 0 && times.imagesPerSecond > 0)
    let weighted = network.nodes.filter {
      switch $0.operator {
      case .convolution, .fullyConnected: true
      default: false
      }
    }
    #expect(weighted.allSatisfy { times.milliseconds[$0.name] != nil })
  }
}
