import KernelTemplates
import KernelsPortable
import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: groups are merged into whole blocks of channels")
struct MergeGroupsTests {
  @Test("as many neighbours as fill blocks become one group, with zeros where a channel is none of its own")
  func values() throws {
    let weights = (1...16).map(Float.init)
    let merged = try #require(
      mergeGroups(Self.network(groups: 4, channels: 8, weights: weights), kernels: .portable).layers[0].convolution)
    #expect(merged.convolution.groups == 2)
    #expect(merged.mergedGroups == 2)
    #expect(merged.weights.shape == [8, 4, 1, 1])
    // Each row is an output: of the first group of a pair, its two weights stand in front.
    #expect(
      merged.weights.values == [
        1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 5, 6, 0, 0, 7, 8, 9, 10, 0, 0, 11, 12, 0, 0, 0, 0, 13, 14, 0, 0, 15, 16,
      ])
  }

  @Test("groups that fill no whole blocks together become one")
  func all() throws {
    let weights = (1...6).map(Float.init)
    let merged = try #require(
      mergeGroups(Self.network(groups: 3, channels: 6, outputs: 3, weights: weights), kernels: .portable)
        .layers[0].convolution)
    #expect(merged.convolution.groups == 1)
    #expect(
      merged.weights.values == [
        1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 5, 6,
      ])
  }

  @Test(
    "groups that an algorithm takes as they are stay: whole blocks, one group, and one for each channel",
    arguments: [(groups: 2, channels: 8), (1, 8), (8, 8), (5, 5)])
  func able(_ shape: (groups: Int, channels: Int)) throws {
    let count = shape.channels * shape.channels / shape.groups
    let network = Self.network(
      groups: shape.groups, channels: shape.channels, weights: (0..<count).map(Float.init))
    let kept = try #require(mergeGroups(network, kernels: .portable).layers[0].convolution)
    #expect(kept.convolution.groups == shape.groups)
    #expect(kept.mergedGroups == 1)
    #expect(kept.weights.values == (0..<count).map(Float.init))
  }

  private static func network(groups: Int, channels: Int, outputs: Int? = nil, weights: [Float]) -> LoweredNetwork {
    let outputs = outputs ?? channels
    let convolution = Convolution(outputChannels: outputs, kernel: 1, groups: groups)
    let lowered = LoweredConvolution(
      convolution: convolution, weights: WeightTensor(shape: [outputs, channels / groups, 1, 1], values: weights),
      bias: [Float](repeating: 0, count: outputs))
    return LoweredNetwork(
      inputShape: TensorShape([channels, 2, 2]),
      layers: [
        LoweredLayer(
          name: "conv", operation: .convolution(lowered), inputs: [Network.inputName],
          inputShapes: [TensorShape([channels, 2, 2])], outputShape: TensorShape([outputs, 2, 2]))
      ], outputName: "conv")
  }
}
