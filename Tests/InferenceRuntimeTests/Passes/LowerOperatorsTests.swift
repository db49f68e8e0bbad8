import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: operators are lowered with their weights")
struct LowerOperatorsTests {
  @Test("batch normalisation is one scale and shift a channel")
  func batchNormalization() throws {
    let layer = try lower(
      .batchNormalization(BatchNormalization(epsilon: 0.25)), TensorShape([2, 1, 1]),
      [.weight: [3, 1], .bias: [10, 20], .runningMean: [4, 6], .runningVariance: [2, 0.75]])
    guard case .scaleAndShift(let scale, let shift, .identity) = layer.operation else {
      Issue.record("it became \(layer.outline)")
      return
    }
    // 3 / sqrt(2.25), 1 / sqrt(1)
    #expect(scale == [2, 1])
    #expect(shift == [2, 14])
  }

  @Test("a convolution or fully connected layer without bias has one of zeros")
  func noBias() throws {
    let convolution = try lower(
      .convolution(Convolution(outputChannels: 2, kernel: 1, hasBias: false)), TensorShape([1, 2, 2]),
      [.weight: [5, 7]])
    #expect(convolution.convolution?.bias == [0, 0])
    #expect(convolution.convolution?.weights.values == [5, 7])
    let connected = try lower(
      .fullyConnected(FullyConnected(outputFeatures: 1, hasBias: false)), TensorShape([2]), [.weight: [5, 7]])
    guard case .fullyConnected(let weights, let bias, .identity) = connected.operation else {
      Issue.record("it became \(connected.outline)")
      return
    }
    #expect(weights.values == [5, 7])
    #expect(bias == [0])
  }

  @Test("a slope that all channels share is one a channel", arguments: [true, false])
  func slopes(isShared: Bool) throws {
    let layer = try lower(
      .prelu(PReLU(isShared: isShared)), TensorShape([3, 1, 1]), [.weight: isShared ? [0.5] : [0.5, 1, 2]])
    guard case .parametricReLU(let slopes) = layer.operation else {
      Issue.record("it became \(layer.outline)")
      return
    }
    #expect(slopes == (isShared ? [0.5, 0.5, 0.5] : [0.5, 1, 2]))
  }

  @Test("of a product of a map and a factor a channel, the map comes first")
  func factors() throws {
    for inputs in [["input", "squeeze"], ["squeeze", "input"]] {
      let network = try LoweredNetwork.lowered(TensorShape([4, 3, 3])) { net in
        net.append("squeeze", .globalAveragePooling(GlobalAveragePooling()))
        net.append("product", .multiply(Multiply()), inputs: inputs)
      }
      #expect(network.layer("product")?.inputs == ["input", "squeeze"])
      #expect(network.layer("product")?.inputShapes == [TensorShape([4, 3, 3]), TensorShape([4, 1, 1])])
    }
  }

  @Test(
    "padding, shuffling and slicing channels are choices of channels",
    arguments: [
      (Operator.channelPadding(ChannelPadding(before: 1, after: 2)), [nil, 0, 1, 2, 3, 4, 5, nil, nil] as [Int?]),
      (.channelShuffle(ChannelShuffle(groups: 2)), [0, 3, 1, 4, 2, 5]),
      (.channelShuffle(ChannelShuffle(groups: 3)), [0, 2, 4, 1, 3, 5]),
      (.channelSlice(ChannelSlice(start: 2, count: 3)), [2, 3, 4]),
    ])
  func channels(layer: Operator, sources: [Int?]) throws {
    let lowered = try lower(layer, TensorShape([6, 2, 2]), [:])
    guard case .selectChannels(let selection) = lowered.operation else {
      Issue.record("it became \(lowered.outline)")
      return
    }
    #expect(selection.sources == sources)
  }

  @Test("weights are found by their role, whatever their name is")
  func names() throws {
    let node = Node(
      "conv", .convolution(Convolution(outputChannels: 1, kernel: 1, hasBias: false)), inputs: [Network.inputName],
      parameters: [.weight: "kernels"])
    let network = try Network(name: "named", inputShape: TensorShape([1, 2, 2]), nodes: [node])
    let lowered = lowerOperators(
      network, shapes: try network.inferShapes(),
      weights: ["kernels": WeightTensor(shape: [1, 1, 1, 1], values: [7])])
    #expect(lowered.layers[0].convolution?.weights.values == [7])
  }

  /// One operator, with the tensors of each role.
  private func lower(
    _ layer: Operator, _ input: TensorShape, _ tensors: [ParameterRole: [Float]]
  ) throws -> LoweredLayer {
    let node = Node("layer", layer, inputs: [Network.inputName])
    let network = try Network(name: "one", inputShape: input, nodes: [node])
    var weights: Weights = [:]
    for declaration in try network.parameters() {
      let role = try #require(tensors.keys.first { node.tensorName($0) == declaration.name })
      weights[declaration.name] = WeightTensor(shape: declaration.shape, values: tensors[role]!)
    }
    return lowerOperators(network, shapes: try network.inferShapes(), weights: weights).layers[0]
  }
}
