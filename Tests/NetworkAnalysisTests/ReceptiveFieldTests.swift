import Architectures
import NetworkAnalysis
import NetworkGraph
import Testing

/// Sizes from the table of Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, Distill,
/// 2019. They are those of the last map before pooling to one place. Its ResNets stride in a 1x1 convolution where ours
/// of the paper do.
@Suite("Receptive fields")
struct ReceptiveFieldTests {
  private func field(_ architecture: String, _ layer: String) throws -> ReceptiveField {
    let summary = try NetworkSummary(of: Architecture.named(architecture).network())
    return try #require(summary.layers.first { $0.name == layer }).receptiveField
  }

  @Test(
    "published sizes and strides come out",
    arguments: [
      ("alexnet", "features.12", 195, 32), ("vgg16", "features.30", 212, 32),
      ("resnet50-original", "layer4.2.relu", 483, 32), ("resnet101-original", "layer4.2.relu", 1027, 32),
      ("resnet152-original", "layer4.2.relu", 1507, 32), ("inception_v3", "Mixed_7c.concatenate", 1311, 32),
    ])
  func published(architecture: String, layer: String, size: Int, stride: Int) throws {
    let field = try field(architecture, layer)
    #expect(field.size == [size, size])
    #expect(field.jump == [stride, stride])
  }

  @Test("VGG-16's effective padding is the published 90: the first field begins 90 pixels outside")
  func effectivePadding() throws {
    let field = try field("vgg16", "features.30")
    #expect(field.start[0] - Double(field.size[0]) / 2 == -90)
  }

  @Test("LeNet-5 sees 5, 6, 14, 16 and at C5 all 32 pixels, as figure 2 of its paper draws")
  func leNet() throws {
    let layers = try NetworkSummary(of: Architecture.named("lenet5").network()).layers
    let sizes = layers.filter { ["c1", "s2", "c3", "s4", "c5"].contains($0.name) }.map(\.receptiveField.size[0])
    #expect(sizes == [5, 6, 14, 16, 32])
    #expect(layers.last?.receptiveField == ReceptiveField(size: [32, 32], jump: [4, 4], start: [16, 16]))
  }

  @Test("AlexNet's first layer is centred 3.5 pixels in, the first pixel's centre being 0.5")
  func start() throws {
    #expect(
      try field("alexnet", "features.0") == ReceptiveField(size: [11, 11], jump: [4, 4], start: [3.5, 3.5]))
  }

  @Test("striding in the 3x3 instead of the 1x1 sees less: 427 pixels, not 483")
  func torchvisionStride() throws {
    #expect(try field("resnet50", "layer4.2.relu").size == [427, 427])
  }

  @Test("branches that meet see the union of what each sees")
  func union() throws {
    var builder = NetworkBuilder()
    let right = EdgePadding(top: 0, left: 0, bottom: 0, right: 4)
    let wide = Convolution(outputChannels: 1, kernel: Size2D(height: 1, width: 5), padding: .edges(right))
    let tall = Convolution(
      outputChannels: 1, kernel: Size2D(height: 3, width: 1), padding: .symmetric(Size2D(height: 2, width: 0)),
      dilation: 2)
    let a = builder.append("wide", .convolution(wide))
    builder.resume(from: Network.inputName)
    let b = builder.append("tall", .convolution(tall))
    builder.append("join", .concatenate(Concatenate()), inputs: [a, b])
    let network = try builder.network(name: "net", inputShape: TensorShape([1, 9, 9]))
    let fields = network.receptiveFields(shapes: try network.inferShapes())
    #expect(fields[0] == ReceptiveField(size: [1, 5], jump: [1, 1], start: [0.5, 2.5]))
    #expect(fields[1] == ReceptiveField(size: [5, 1], jump: [1, 1], start: [0.5, 0.5]))
    #expect(fields[2] == ReceptiveField(size: [5, 5], jump: [1, 1], start: [0.5, 2.5]))
  }

  @Test("behind a gate a unit sees the whole input, and its neighbours are where they were")
  func gate() throws {
    var builder = NetworkBuilder()
    let map = builder.append("conv", .convolution(Convolution(outputChannels: 2, kernel: 2, stride: 2)))
    let gate = builder.append("gate", .globalAveragePooling(GlobalAveragePooling()))
    builder.append("gated", .multiply(Multiply()), inputs: [map, gate])
    let network = try builder.network(name: "net", inputShape: TensorShape([1, 8, 12]))
    let fields = network.receptiveFields(shapes: try network.inferShapes())
    #expect(fields[2] == ReceptiveField(size: [8, 12], jump: [2, 2], start: [4, 6]))
  }

  @Test("strides far past the input never overflow")
  func hostileStrides() throws {
    var builder = NetworkBuilder()
    for index in 0..<40 {
      let convolution = Convolution(outputChannels: 1, kernel: 16_384, stride: 16_384, padding: 8192)
      builder.append("conv\(index)", .convolution(convolution))
    }
    let network = try builder.network(name: "net", inputShape: TensorShape([1, 1, 1]))
    #expect(try NetworkSummary(of: network).layers.count == 40)
    #expect(try NetworkStatistics(of: network).denseEquivalent.total.denseParameters > 0)
  }
}
