import KernelTemplates
import KernelsPortable
import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: layouts are assigned")
struct AssignLayoutsTests {
  private static let blocked = Layout.blocked(lanes: KernelSet.portable.lanes)

  @Test("a convolution reads the network's few planes as they are, and the answer is put back in order")
  func firstAndLast() throws {
    let passed = try assigned(TensorShape([3, 6, 6])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 8, kernel: 3)))
      net.append("pool", .maxPooling(MaxPooling(kernel: 2)))
    }
    #expect(
      passed.outline == [
        "conv = convolution (input)", "pool = max pooling (conv)", "pool (planar) = conversion (pool)",
      ])
    #expect(passed.outputName == "pool (planar)")
    #expect(passed.layers.map(\.inputLayouts) == [[.planar], [Self.blocked], [Self.blocked]])
    #expect(passed.layers.map(\.outputLayout) == [Self.blocked, Self.blocked, .planar])
  }

  @Test("as many planes as lanes are put into blocks, as is what a depthwise convolution reads", arguments: [1, 4])
  func converted(groups: Int) throws {
    let passed = try assigned(TensorShape([4, 6, 6])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 4, kernel: 3, groups: groups)))
    }
    #expect(passed.outline[0] == "input (blocked) = conversion (input)")
    #expect(passed.outline[1] == "conv = convolution (input (blocked))")
  }

  @Test("a value is converted once for all that read it in another layout")
  func once() throws {
    let passed = try assigned(TensorShape([3, 6, 6])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 8, kernel: 3)))
      net.append("soft", .softmax(Softmax()))
      net.append("again", .softmax(Softmax()), inputs: ["conv"])
      net.append("sum", .add(Add()), inputs: ["soft", "again"])
    }
    #expect(
      passed.outline == [
        "conv = convolution (input)", "conv (planar) = conversion (conv)", "soft = softmax (conv (planar))",
        "again = softmax (conv (planar))", "sum = add (soft, again)",
      ])
    #expect(passed.outputName == "sum")
  }

  @Test("functions, sums and products take the layout of their first input, and the others follow")
  func follows() throws {
    let passed = try assigned(TensorShape([8, 4, 4])) { net in
      net.append("soft", .softmax(Softmax()))
      net.append("conv", .convolution(Convolution(outputChannels: 8, kernel: 1)), inputs: ["input"])
      net.append("pool", .maxPooling(MaxPooling(kernel: 1)))
      net.append("tanh", .tanh(Tanh()))
      net.append("sum", .add(Add()), inputs: ["tanh", "soft"])
      net.append("other", .add(Add()), inputs: ["soft", "sum"])
    }
    #expect(passed.layer("tanh")?.outputLayout == Self.blocked)
    #expect(passed.layer("sum")?.inputs == ["tanh", "soft (blocked)"])
    #expect(passed.layer("other")?.inputs == ["soft", "sum (planar)"])
    #expect(passed.layer("other")?.outputLayout == .planar)
  }

  @Test("a concatenation along another axis than channels is made of rows")
  func axis() throws {
    let passed = try assigned(TensorShape([3, 6, 6])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 8, kernel: 3)))
      net.append("wide", .concatenate(Concatenate(axis: 3)), inputs: ["conv", "conv"])
    }
    #expect(passed.layer("wide")?.outputLayout == .planar)
    #expect(passed.layer("wide")?.inputs == ["conv (planar)", "conv (planar)"])
  }

  @Test("a fully connected layer reads the map behind a flatten in blocks")
  func flattened() throws {
    let passed = try assigned(TensorShape([3, 6, 6])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 8, kernel: 3)))
      net.append("flat", .flatten(Flatten()))
      net.append("fc", .fullyConnected(FullyConnected(outputFeatures: 5)))
    }
    let layer = try #require(passed.layer("fc"))
    #expect(layer.inputs == ["conv"])
    #expect(layer.inputShapes == [TensorShape([8, 4, 4])])
    #expect(layer.inputLayouts == [Self.blocked])
    #expect(layer.outputLayout == .planar)
  }

  @Test(
    "normalisation across channels is in blocks where they are whole, and its exponent is the one that has a kernel",
    arguments: [(8, Float(0.75), true), (6, 0.75, false), (8, 0.5, false)])
  func normalization(channels: Int, beta: Float, isBlocked: Bool) throws {
    let passed = try assigned(TensorShape([3, 6, 6])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: channels, kernel: 3)))
      net.append("norm", .localResponseNormalization(LocalResponseNormalization(size: 5, beta: beta)))
    }
    #expect((passed.layer("norm")?.outputLayout != .planar) == isBlocked)
  }

  private func assigned(_ input: TensorShape, _ build: (inout NetworkBuilder) -> Void) throws -> LoweredNetwork {
    assignLayouts(removeIdentities(try .lowered(input, build)), kernels: .portable)
  }
}
