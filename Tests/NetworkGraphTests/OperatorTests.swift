import NetworkGraph
import Testing

/// One operator, what goes in, and what must come out.
struct ShapeCase: Sendable, CustomTestStringConvertible {
  let `operator`: Operator
  let inputs: [[Int]]
  let output: [Int]

  init(_ operator: Operator, _ inputs: [Int]..., gives output: [Int]) {
    self.operator = `operator`
    self.inputs = inputs
    self.output = output
  }

  var testDescription: String { "\(`operator`.name) \(inputs) -> \(output)" }
}

/// One operator, inputs that it must refuse, and the rule that it must name.
struct RefusalCase: Sendable, CustomTestStringConvertible {
  let `operator`: Operator
  let inputs: [[Int]]
  let rule: String

  init(_ operator: Operator, _ inputs: [Int]..., rule: String) {
    self.operator = `operator`
    self.inputs = inputs
    self.rule = rule
  }

  var testDescription: String { "\(`operator`.name) \(inputs): \(rule)" }
}

private func convolution(
  _ channels: Int, _ kernel: Size2D, stride: Size2D = 1, padding: Padding = .none, dilation: Size2D = 1,
  groups: Int = 1
) -> Operator {
  .convolution(
    Convolution(
      outputChannels: channels, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups))
}

@Suite("Operators")
struct OperatorTests {
  @Test(
    "gives the shape that the formula says",
    arguments: [
      ShapeCase(convolution(64, 11, stride: 4, padding: 2), [3, 224, 224], gives: [64, 55, 55]),
      ShapeCase(convolution(8, 3, dilation: 2), [4, 9, 9], gives: [8, 5, 5]),
      ShapeCase(convolution(8, 3, groups: 4), [4, 9, 9], gives: [8, 7, 7]),
      ShapeCase(convolution(8, Size2D(height: 1, width: 7)), [4, 9, 9], gives: [8, 9, 3]),
      ShapeCase(
        convolution(8, 3, stride: 2, padding: .edges(EdgePadding(top: 0, left: 0, bottom: 1, right: 1))),
        [3, 224, 224], gives: [8, 112, 112]),
      ShapeCase(.maxPooling(MaxPooling(kernel: 3, stride: 2)), [64, 112, 112], gives: [64, 55, 55]),
      ShapeCase(.maxPooling(MaxPooling(kernel: 3, stride: 2, ceilMode: true)), [64, 112, 112], gives: [64, 56, 56]),
      ShapeCase(.maxPooling(MaxPooling(kernel: 2)), [64, 7, 7], gives: [64, 3, 3]),
      ShapeCase(.averagePooling(AveragePooling(kernel: 7, stride: 1)), [64, 7, 7], gives: [64, 1, 1]),
      ShapeCase(
        .adaptiveAveragePooling(AdaptiveAveragePooling(outputSize: 6)), [256, 13, 13], gives: [256, 6, 6]),
      ShapeCase(.adaptiveAveragePooling(AdaptiveAveragePooling(outputSize: 7)), [256, 1, 1], gives: [256, 7, 7]),
      ShapeCase(.globalAveragePooling(GlobalAveragePooling()), [512, 7, 9], gives: [512, 1, 1]),
      ShapeCase(.fullyConnected(FullyConnected(outputFeatures: 10)), [84], gives: [10]),
      ShapeCase(.flatten(Flatten()), [256, 6, 6], gives: [9216]),
      ShapeCase(.flatten(Flatten()), [5], gives: [5]),
      ShapeCase(.add(Add()), [4, 3, 3], [4, 3, 3], [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.concatenate(Concatenate()), [4, 3, 3], [5, 3, 3], gives: [9, 3, 3]),
      ShapeCase(.concatenate(Concatenate(axis: 2)), [4, 3, 7], [4, 5, 7], gives: [4, 8, 7]),
      ShapeCase(.concatenate(Concatenate(axis: 3)), [4, 3, 7], [4, 3, 1], [4, 3, 2], gives: [4, 3, 10]),
      ShapeCase(.concatenate(Concatenate()), [4], [5], gives: [9]),
      ShapeCase(.multiply(Multiply()), [4, 3, 7], [4, 3, 7], gives: [4, 3, 7]),
      ShapeCase(.multiply(Multiply()), [4, 3, 7], [4, 1, 1], gives: [4, 3, 7]),
      ShapeCase(.multiply(Multiply()), [4, 1, 1], [4, 3, 7], gives: [4, 3, 7]),
      ShapeCase(.multiply(Multiply()), [5], [5], gives: [5]),
      ShapeCase(.channelShuffle(ChannelShuffle(groups: 2)), [6, 3, 7], gives: [6, 3, 7]),
      ShapeCase(.channelSlice(ChannelSlice(start: 2, count: 4)), [6, 3, 7], gives: [4, 3, 7]),
      ShapeCase(.channelPadding(ChannelPadding(before: 8, after: 8)), [16, 5, 5], gives: [32, 5, 5]),
      ShapeCase(.batchNormalization(BatchNormalization()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.localResponseNormalization(LocalResponseNormalization()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.relu(ReLU()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.relu6(ReLU6()), [7], gives: [7]),
      ShapeCase(.leakyReLU(LeakyReLU()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.prelu(PReLU()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.hardSwish(HardSwish()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.hardSigmoid(HardSigmoid()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.silu(SiLU()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.gelu(GELU()), [7], gives: [7]),
      ShapeCase(.tanh(Tanh()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.sigmoid(Sigmoid()), [4, 3, 3], gives: [4, 3, 3]),
      ShapeCase(.softmax(Softmax()), [10], gives: [10]),
      ShapeCase(.dropout(Dropout()), [10], gives: [10]),
    ])
  func shapes(row: ShapeCase) throws {
    let inputs = row.inputs.map { TensorShape(batch: 3, $0) }
    #expect(try row.operator.definition.outputShape(for: inputs) == TensorShape(batch: 3, row.output))
  }

  @Test(
    "names the rule that an impossible shape breaks",
    arguments: [
      RefusalCase(convolution(8, 3), [84], rule: "needs feature maps of shape CxHxW"),
      RefusalCase(
        convolution(8, 5), [3, 4, 9],
        rule: "the window's height 5 must not exceed the padded input's height 4"),
      RefusalCase(
        convolution(8, 3, dilation: 4), [3, 9, 8],
        rule: "the window's width 9 must not exceed the padded input's width 8"),
      RefusalCase(
        convolution(9, 3, groups: 2), [4, 9, 9],
        rule: "input channels (4) and output channels (9) must both be multiples of groups (2)"),
      RefusalCase(
        convolution(8, 3, groups: 0), [4, 9, 9],
        rule: "input channels (4) and output channels (8) must both be multiples of groups (0)"),
      RefusalCase(
        convolution(0, 3), [4, 9, 9], rule: "output channels must be between 1 and 16777216, not 0"),
      RefusalCase(
        convolution(8, 3, stride: 0, padding: .same), [4, 9, 9],
        rule: "kernel, stride and dilation must be between 1 and 16384"),
      RefusalCase(
        convolution(8, Size2D(Int.max), dilation: 9), [4, 9, 9],
        rule: "kernel, stride and dilation must be between 1 and 16384"),
      RefusalCase(convolution(8, 3, padding: -1), [4, 9, 9], rule: "padding must be between 0 and 16384"),
      RefusalCase(
        .convolution(Convolution(outputChannels: 1 << 24, kernel: 9)), [1 << 14, 99, 99],
        rule: "needs more than the accepted 281474976710656 multiply-accumulates"),
      RefusalCase(
        .maxPooling(MaxPooling(kernel: 2, padding: 2)), [4, 9, 9],
        rule: "pooling padding must be smaller than the window 2x2"),
      RefusalCase(
        .averagePooling(AveragePooling(kernel: 3, stride: 2)), [4, 2, 9],
        rule: "the window's height 3 must not exceed the padded input's height 2"),
      RefusalCase(
        .adaptiveAveragePooling(AdaptiveAveragePooling(outputSize: 0)), [4, 2, 9],
        rule: "the output size must be between 1x1 and 16384x16384"),
      RefusalCase(
        .fullyConnected(FullyConnected(outputFeatures: 10)), [4, 2, 9],
        rule: "needs a vector; put a flatten layer in front of it"),
      RefusalCase(.add(Add()), [4, 2, 9], rule: "needs at least two inputs"),
      RefusalCase(.add(Add()), [4, 2, 9], [4, 2, 8], rule: "all inputs must have the same shape"),
      RefusalCase(
        .concatenate(Concatenate()), [4, 2, 9], [4, 2, 8], rule: "all inputs must have the same height and width"),
      RefusalCase(
        .concatenate(Concatenate(axis: 3)), [4, 2, 9], [4, 1, 9],
        rule: "all inputs must have the same channels and height"),
      RefusalCase(
        .concatenate(Concatenate()), [4, 2, 9], [4], rule: "all inputs must have the same height and width"),
      RefusalCase(
        .concatenate(Concatenate(axis: 0)), [4, 2, 9],
        rule: "the axis must be 1 (channels), 2 (height) or 3 (width), not 0"),
      RefusalCase(
        .concatenate(Concatenate(axis: Int.min)), [4, 2, 9],
        rule: "the axis must be 1 (channels), 2 (height) or 3 (width), not -9223372036854775808"),
      RefusalCase(.concatenate(Concatenate(axis: 2)), [4], [4], rule: "a vector has no axis 2 (height), only 1"),
      RefusalCase(.multiply(Multiply()), [4, 2, 9], rule: "takes exactly two inputs, not 1"),
      RefusalCase(
        .multiply(Multiply()), [4, 2, 9], [4, 2, 1],
        rule: "both inputs must have the same shape, or one of them Cx1x1 for the other's C channels"),
      RefusalCase(
        .multiply(Multiply()), [4, 2, 9], [3, 1, 1],
        rule: "both inputs must have the same shape, or one of them Cx1x1 for the other's C channels"),
      RefusalCase(
        .multiply(Multiply()), [4, 2, 9], [4],
        rule: "both inputs must have the same shape, or one of them Cx1x1 for the other's C channels"),
      RefusalCase(
        .channelShuffle(ChannelShuffle(groups: 4)), [6, 2, 9],
        rule: "input channels (6) must be a multiple of groups (4)"),
      RefusalCase(
        .channelShuffle(ChannelShuffle(groups: 0)), [6, 2, 9],
        rule: "input channels (6) must be a multiple of groups (0)"),
      RefusalCase(.channelShuffle(ChannelShuffle(groups: 2)), [6], rule: "needs feature maps of shape CxHxW"),
      RefusalCase(
        .channelSlice(ChannelSlice(start: 4, count: 3)), [6, 2, 9],
        rule: "the input has channels 0 to 5, too few for a slice of 3 from 4"),
      RefusalCase(
        .channelSlice(ChannelSlice(start: Int.max, count: Int.max)), [6, 2, 9],
        rule: "the input has channels 0 to 5, too few for a slice of \(Int.max) from \(Int.max)"),
      RefusalCase(
        .channelSlice(ChannelSlice(start: -1, count: 1)), [6, 2, 9],
        rule: "the input has channels 0 to 5, too few for a slice of 1 from -1"),
      RefusalCase(
        .channelSlice(ChannelSlice(start: 0, count: 0)), [6, 2, 9],
        rule: "the input has channels 0 to 5, too few for a slice of 0 from 0"),
      RefusalCase(.relu(ReLU()), [4], [4], rule: "takes exactly one input, not 2"),
      RefusalCase(
        .channelPadding(ChannelPadding(before: Int.max, after: 1)), [4, 2, 9],
        rule: "padded channels must be between 0 and 16777216"),
    ])
  func refusals(row: RefusalCase) {
    #expect(throws: ShapeRuleViolation(row.rule)) {
      try row.operator.definition.outputShape(for: row.inputs.map { TensorShape($0) })
    }
  }

  /// TensorFlow's guide on `SAME`: 13 wide, window 6, stride 5 pads 1 before and 2 after.
  @Test(
    "SAME pads as TensorFlow does, the odd row after the map",
    arguments: [
      (13, 6, 5, 1, [1, 2, 3]), (224, 3, 2, 1, [0, 1, 112]), (225, 3, 2, 1, [1, 1, 113]), (32, 1, 2, 1, [0, 0, 16]),
      (10, 3, 1, 2, [2, 2, 10]), (4, 5, 2, 1, [1, 2, 2]),
    ])
  func same(input: Int, kernel: Int, stride: Int, dilation: Int, beforeAfterOutput: [Int]) throws {
    let convolution = Convolution(
      outputChannels: 1, kernel: Size2D(kernel), stride: Size2D(stride), padding: .same, dilation: Size2D(dilation))
    let shape = TensorShape([1, input, input])
    let padding = convolution.resolvedWindow(for: shape).padding
    let output = try convolution.outputShape(for: [shape]).spatial
    #expect([padding.top, padding.bottom, output.height] == beforeAfterOutput)
    #expect([padding.left, padding.right, output.width] == beforeAfterOutput)
  }

  @Test("a PReLU has one slope for each channel, or one for all")
  func slopes() {
    let input = TensorShape(batch: 2, [6, 3, 4])
    #expect(PReLU().parameters(for: [input]) == [OperatorParameter(.weight, shape: [6])])
    #expect(PReLU(isShared: true).parameters(for: [input]) == [OperatorParameter(.weight, shape: [1])])
  }

  @Test("a convolution has N (C K^2 / groups + 1) parameters and one multiply-accumulate a weight and place")
  func counts() throws {
    let grouped = Convolution(outputChannels: 256, kernel: 5, padding: 2, groups: 2)
    let input = TensorShape(batch: 2, [96, 27, 27])
    let output = try grouped.outputShape(for: [input])
    #expect(grouped.parameters(for: [input]).map(\.shape) == [[256, 48, 5, 5], [256]])
    #expect(grouped.parameters(for: [input]).reduce(0) { $0 + $1.count } == 256 * (48 * 25 + 1))
    #expect(grouped.multiplyAccumulates(inputs: [input], output: output) == 2 * 256 * 27 * 27 * 48 * 25)
  }
}
