import NetworkGraph

/// The layers of a random problem: one of a kind, alone or in the midst of others. Its shapes may be impossible.
struct RandomGradientNetwork {
  /// Name of the layer in question.
  static let layer = "layer"
  /// Name of a ReLU whose inputs a normalisation computes.
  static let computedReLU = "computed.relu"
  /// Name of the pointwise convolution in front; as long as its weights are those of the identity, kinks stay where the
  /// drawn input avoids them.
  static let front = "front"

  let inputShape: TensorShape
  private(set) var net = NetworkBuilder()
  private let kind: GradientOperator
  private let groups: Int

  init(_ kind: GradientOperator, embedded: Bool, _ generator: inout SplitMix64) {
    self.kind = kind
    groups = [1, 1, 2, 3, 5].randomElement(using: &generator)!
    let channels = groups * Int.random(in: 1...40 / groups, using: &generator)
    inputShape = TensorShape(
      channels: channels, height: .random(in: 1...13, using: &generator), width: .random(in: 1...13, using: &generator))
    if embedded { net.append(Self.front, .convolution(Convolution(outputChannels: channels, kernel: 1))) }
    appendLayer(from: net.current, &generator)
    if embedded { appendBack(&generator) }
  }

  /// Batch normalisation needs several values a channel, or its gradients are those of noise.
  func drawBatch(_ generator: inout SplitMix64) -> Int {
    let batch = Int.random(in: 1...5, using: &generator)
    let normalizes = [.batchNormalization, .normalizedSum].contains(kind)
    return normalizes && batch * inputShape.spatial.area < 4 ? 4 : batch
  }

  private mutating func appendLayer(from source: String, _ generator: inout SplitMix64) {
    switch kind {
    case .add: appendJoin(.add(Add()), of: source, parts: [.random(in: 2...3, using: &generator)], &generator)
    case .multiply: appendProduct(of: source, &generator)
    case .concatenate: appendConcatenation(of: source, &generator)
    case .fullyConnected:
      net.append("flat", .flatten(Flatten()), inputs: [source])
      net.append(Self.layer, layer(&generator))
    case .normalizedSum:
      net.append(Self.layer, layer(&generator), inputs: [source])
      if Bool.random(using: &generator) { net.append("sum", .add(Add()), inputs: [net.current, source]) }
      net.append(Self.computedReLU, .relu(ReLU()))
    case .softmax where Bool.random(using: &generator), .batchNormalization where inputShape.spatial == 1:
      net.append("flat", .flatten(Flatten()), inputs: [source])
      net.append(Self.layer, layer(&generator))
    default: net.append(Self.layer, layer(&generator), inputs: [source])
    }
  }

  /// A sum of equal parts of the channels, one of them twice now and then.
  private mutating func appendJoin(
    _ join: Operator, of source: String, parts: [Int], _ generator: inout SplitMix64
  ) {
    let count = inputShape.channels / parts[0]
    guard count > 0 else { return }
    var names = (0..<parts[0]).map { part in slice(part * count, count, of: source) }
    if Bool.random(using: &generator) { names.append(names[0]) }
    net.append(Self.layer, join, inputs: names.shuffled(using: &generator))
  }

  /// Maps by maps, by themselves, or by one factor a channel on either side.
  private mutating func appendProduct(of source: String, _ generator: inout SplitMix64) {
    var inputs: [String]
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: inputs = [source, source]
    case 1:
      let half = inputShape.channels / 2
      guard half > 0 else { return }
      inputs = [slice(0, half, of: source), slice(half, half, of: source)]
    default:
      inputs = [net.append("factors", .globalAveragePooling(GlobalAveragePooling()), inputs: [source]), source]
    }
    inputs.shuffle(using: &generator)
    net.append(Self.layer, .multiply(Multiply()), inputs: inputs)
  }

  /// Unequal parts of the channels along the channels, equal ones along the height or width.
  private mutating func appendConcatenation(of source: String, _ generator: inout SplitMix64) {
    let (axis, channels) = (Int.random(in: 1...3, using: &generator), inputShape.channels)
    guard channels > 1 else { return }
    let cut = axis == 1 ? Int.random(in: 1..<channels, using: &generator) : channels / 2
    var names = [slice(0, cut, of: source), slice(cut, axis == 1 ? channels - cut : cut, of: source)]
    names.append(axis == 1 && Bool.random(using: &generator) ? source : names[0])
    net.append(Self.layer, .concatenate(Concatenate(axis: axis)), inputs: names.shuffled(using: &generator))
  }

  private mutating func slice(_ start: Int, _ count: Int, of source: String) -> String {
    net.append("part\(net.nodes.count)", .channelSlice(ChannelSlice(start: start, count: count)), inputs: [source])
  }

  /// A sum that uses what is in front a second time, where that has the layer's shape, and something linear to end with.
  private mutating func appendBack(_ generator: inout SplitMix64) {
    guard let network = try? net.network(name: "front", inputShape: inputShape), let shapes = try? network.inferShapes()
    else { return }
    if shapes.output == inputShape, Bool.random(using: &generator) {
      net.append("residual", .add(Add()), inputs: [net.current, Self.front])
    }
    let outputs = Int.random(in: 1...20, using: &generator)
    net.append(
      "back",
      shapes.output.isFeatureMap
        ? .convolution(Convolution(outputChannels: outputs, kernel: 1))
        : .fullyConnected(FullyConnected(outputFeatures: outputs)))
  }

  private func layer(_ generator: inout SplitMix64) -> Operator {
    let flag = Bool.random(using: &generator)
    let channels = inputShape.channels
    switch kind {
    case .convolution:
      return .convolution(convolution(outputs: groups * number(1...40 / groups, &generator), &generator))
    case .depthwiseConvolution:
      let multiple = flag || channels > 20 ? 1 : 2
      return .convolution(convolution(outputs: channels * multiple, groups: channels, &generator))
    case .convolution3x3:
      return .convolution(
        Convolution(
          outputChannels: number(1...40, &generator), kernel: 3, stride: flag ? 1 : 2,
          padding: number(0...3, &generator) > 0 ? 1 : padding(&generator), hasBias: .random(using: &generator)))
    case .pointwiseConvolution:
      return .convolution(
        Convolution(outputChannels: number(1...40, &generator), kernel: 1, stride: flag ? 1 : 2, hasBias: flag))
    case .fullyConnected:
      return .fullyConnected(FullyConnected(outputFeatures: number(1...40, &generator), hasBias: flag))
    case .maxPooling:
      return .maxPooling(
        MaxPooling(
          kernel: size(1...5, &generator), stride: size(1...3, &generator), padding: padding(&generator),
          dilation: size(1...2, &generator), ceilMode: flag))
    case .averagePooling:
      return .averagePooling(
        AveragePooling(
          kernel: size(1...5, &generator), stride: size(1...3, &generator), padding: padding(&generator),
          ceilMode: flag, countIncludePad: .random(using: &generator)))
    case .adaptiveAveragePooling:
      return .adaptiveAveragePooling(AdaptiveAveragePooling(outputSize: size(1...7, &generator)))
    case .globalAveragePooling: return .globalAveragePooling(GlobalAveragePooling())
    case .batchNormalization, .frozenBatchNormalization, .normalizedSum:
      return .batchNormalization(BatchNormalization(epsilon: flag ? 1e-5 : 1e-3))
    case .localResponseNormalization:
      return .localResponseNormalization(
        LocalResponseNormalization(
          size: number(1...7, &generator), alpha: 0.3, beta: flag ? 0.75 : 0.6, k: Float(number(1...2, &generator))))
    case .relu: return .relu(ReLU())
    case .relu6: return .relu6(ReLU6())
    case .leakyReLU: return .leakyReLU(LeakyReLU(negativeSlope: flag ? 0.01 : 0.25))
    case .prelu: return .prelu(PReLU(isShared: flag))
    case .hardSwish: return .hardSwish(HardSwish())
    case .hardSigmoid: return .hardSigmoid(HardSigmoid())
    case .silu: return .silu(SiLU())
    case .gelu: return .gelu(GELU())
    case .tanh: return .tanh(Tanh())
    case .sigmoid: return .sigmoid(Sigmoid())
    case .softmax: return .softmax(Softmax())
    case .add: return .add(Add())
    case .multiply: return .multiply(Multiply())
    case .concatenate: return .concatenate(Concatenate())
    case .channelPadding:
      return .channelPadding(ChannelPadding(before: number(0...20, &generator), after: number(0...20, &generator)))
    case .channelShuffle: return .channelShuffle(ChannelShuffle(groups: groups))
    case .channelSlice:
      let start = number(0...channels - 1, &generator)
      return .channelSlice(ChannelSlice(start: start, count: number(1...channels - start, &generator)))
    case .flatten: return .flatten(Flatten())
    }
  }

  private func convolution(
    outputs: Int, groups: Int? = nil, _ generator: inout SplitMix64
  ) -> Convolution {
    Convolution(
      outputChannels: outputs, kernel: size(1...5, &generator), stride: size(1...3, &generator),
      padding: padding(&generator), dilation: size(1...3, &generator), groups: groups ?? self.groups,
      hasBias: .random(using: &generator))
  }

  /// `SAME`, or another amount on each edge, up to more than any kernel needs.
  private func padding(_ generator: inout SplitMix64) -> Padding {
    let most = [0, 2, 2, 6].randomElement(using: &generator)!
    if number(0...3, &generator) == 0 { return .same }
    func edge() -> Int { number(0...most, &generator) }
    return .edges(EdgePadding(top: edge(), left: edge(), bottom: edge(), right: edge()))
  }

  private func size(_ range: ClosedRange<Int>, _ generator: inout SplitMix64) -> Size2D {
    Size2D(height: number(range, &generator), width: number(range, &generator))
  }

  private func number(_ range: ClosedRange<Int>, _ generator: inout SplitMix64) -> Int {
    .random(in: range, using: &generator)
  }
}
