import KernelTemplates
import KernelsPortable
import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: the sum of a residual block is fused into a convolution")
struct FuseResidualsTests {
  @Test("the convolution takes the sum's place, name and activation, whichever input it is", arguments: [true, false])
  func fuses(isFirst: Bool) throws {
    let network = try lowered { net in
      net.append("stem", Self.convolution)
      net.append("conv", Self.convolution)
      net.append("sum", .add(Add()), inputs: isFirst ? ["conv", "stem"] : ["stem", "conv"])
      net.append("relu", .relu(ReLU()))
      net.append("last", Self.convolution)
    }
    let passed = fuseResiduals(fuseActivations(network), kernels: .portable)
    #expect(
      passed.outline == [
        "stem = convolution (input)", "relu = convolution + residual, relu (stem, stem)", "last = convolution (relu)",
      ])
    #expect(passed.layer("relu")?.inputShapes == [TensorShape([8, 6, 6]), TensorShape([8, 6, 6])])
    #expect(passed.layer("relu")?.residual == "stem")
  }

  @Test("the other branch is computed before it is added, though it came last")
  func order() throws {
    let network = try lowered { net in
      net.append("stem", Self.convolution)
      net.append("left", Self.convolution, inputs: ["stem"])
      net.append("pool", .maxPooling(MaxPooling(kernel: 3, stride: 1, padding: 1)), inputs: ["stem"])
      net.append("sum", .add(Add()), inputs: ["left", "pool"])
    }
    #expect(
      fuseResiduals(network, kernels: .portable).outline == [
        "stem = convolution (input)", "pool = max pooling (stem)", "sum = convolution + residual (stem, pool)",
      ])
  }

  @Test("of two convolutions, one takes the other as its residual")
  func twoConvolutions() throws {
    let network = try lowered { net in
      net.append("stem", Self.convolution)
      net.append("left", Self.convolution, inputs: ["stem"])
      net.append("right", Self.convolution, inputs: ["stem"])
      net.append("sum", .add(Add()), inputs: ["left", "right"])
    }
    #expect(
      fuseResiduals(network, kernels: .portable).outline == [
        "stem = convolution (input)", "right = convolution (stem)", "sum = convolution + residual (stem, right)",
      ])
  }

  @Test("a convolution that something else reads, too, stays as it is")
  func readTwice() throws {
    try expectUnchanged { net in
      net.append("sum", .add(Add()), inputs: ["conv", "stem"])
      net.append("both", .add(Add()), inputs: ["sum", "conv"])
    }
  }

  @Test("a convolution with an activation of its own stays as it is")
  func active() throws {
    try expectUnchanged { net in
      net.append("relu", .relu(ReLU()))
      net.append("sum", .add(Add()), inputs: ["relu", "stem"])
    }
  }

  @Test("a sum of a convolution and itself, or of three values, stays as it is")
  func otherSums() throws {
    try expectUnchanged { $0.append("sum", .add(Add()), inputs: ["conv", "conv"]) }
    try expectUnchanged { $0.append("sum", .add(Add()), inputs: ["conv", "stem", "stem"]) }
  }

  @Test("a depthwise convolution, which no algorithm adds a residual to, stays as it is")
  func depthwise() throws {
    let network = try lowered { net in
      net.append("stem", Self.convolution)
      net.append("conv", .convolution(Convolution(outputChannels: 8, kernel: 3, padding: 1, groups: 8)))
      net.append("sum", .add(Add()), inputs: ["conv", "stem"])
    }
    #expect(fuseResiduals(network, kernels: .portable).outline == network.outline)
  }

  /// Behind a `stem` and a `conv` that reads it.
  private func expectUnchanged(_ build: (inout NetworkBuilder) -> Void) throws {
    let network = fuseActivations(
      try lowered { net in
        net.append("stem", Self.convolution)
        net.append("conv", Self.convolution)
        build(&net)
      })
    #expect(fuseResiduals(network, kernels: .portable).outline == network.outline)
  }

  private static let convolution = Operator.convolution(Convolution(outputChannels: 8, kernel: 3, padding: 1))

  private func lowered(_ build: (inout NetworkBuilder) -> Void) throws -> LoweredNetwork {
    try LoweredNetwork.lowered(TensorShape([3, 6, 6]), build)
  }
}
