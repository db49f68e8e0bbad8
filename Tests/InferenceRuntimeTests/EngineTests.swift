import Architectures
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

@Suite("The engine against plain loops")
struct EngineTests {
  init() throws {
    try OpenBLASCheck.verify()
  }

  /// Every engine that this processor runs.
  static let engines: [Engine] = [.reference] + ProcessorKernels.allCases.filter(\.isSupported).map(Engine.tiled)

  @Test("random layers of every kind, alone and among others", arguments: RandomLayer.allCases)
  func randomLayers(kind: RandomLayer) throws {
    var checked = 0
    let seeds = UInt64(TestEffort.count(usual: 12, thorough: 120))
    for seed in 0..<seeds {
      for problem in [try RandomProblem.single(kind, seed: seed), try RandomProblem.embedded(kind, seed: seed)] {
        guard let problem else { continue }
        try NetworkAgreement.expect(
          problem.network, batch: Int(seed % 3) + 1, threads: Int(seed % 4) + 1, "seed \(seed)")
        checked += 1
      }
    }
    #expect(checked >= seeds / 2, "only \(checked) of \(2 * seeds) draws of \(kind) were possible shapes")
  }

  @Test("a network whose batch normalisations, activations and branches meet in every way")
  func branches() throws {
    try NetworkAgreement.expect(Self.branchingNetwork(), batch: 3, threads: 2, "branches")
  }

  @Test("the network's own input is added to what a convolution makes of it")
  func inputAsResidual() throws {
    for convolution in [
      Convolution(outputChannels: 3, kernel: 1), Convolution(outputChannels: 3, kernel: 3, padding: 1),
    ] {
      var net = NetworkBuilder()
      net.append("conv", .convolution(convolution))
      net.append("sum", .add(Add()), inputs: ["conv", Network.inputName])
      net.append("last", .convolution(Convolution(outputChannels: 8, kernel: 1)))
      let network = try net.network(name: "input", inputShape: TensorShape([3, 9, 7]))
      try NetworkAgreement.expect(network, batch: 3, threads: 2, "residual")
    }
  }

  @Test("sums of residual blocks in every place", arguments: ["direct", "direct-bf16x2"])
  func residuals(algorithm: String) throws {
    let engines = algorithm == "direct" ? TestedEngine.all.filter { $0.engine != .reference } : [.plainSplit]
    try NetworkAgreement.expect(
      NetworkSamples.residualSums(), batch: 3, threads: 2, selection: .preferred(algorithm), on: engines, algorithm)
  }

  @Test("channels that there are not are no neighbours to be normalised by, whatever came before")
  func normalizationAfterSigmoid() throws {
    var net = NetworkBuilder()
    net.append("conv", .convolution(Convolution(outputChannels: 5, kernel: 1)))
    net.append("sigmoid", .sigmoid(Sigmoid()))
    net.append("norm", .localResponseNormalization(LocalResponseNormalization(size: 5, alpha: 1)))
    try NetworkAgreement.expect(
      net.network(name: "norm", inputShape: TensorShape([3, 9, 7])), batch: 2, threads: 2, "sigmoid")
  }

  @Test("a network that takes a vector")
  func vectorInput() throws {
    var builder = NetworkBuilder()
    builder.append("fc1", .fullyConnected(FullyConnected(outputFeatures: 31)))
    builder.append("tanh", .tanh(Tanh()))
    builder.append("fc2", .fullyConnected(FullyConnected(outputFeatures: 7, hasBias: false)))
    let network = try builder.network(name: "vector", inputShape: TensorShape([13]))
    try NetworkAgreement.expect(network, batch: 3, threads: 2, "vector")
  }

  /// Batch normalisation after a convolution read twice, after a pooling and after an activation; a sum of three.
  private static func branchingNetwork() throws -> Network {
    var net = NetworkBuilder()
    let shared = net.append("conv", .convolution(Convolution(outputChannels: 8, kernel: 3, padding: 1)))
    let normalized = net.append("bn", .batchNormalization(BatchNormalization()))
    net.append("conv2", .convolution(Convolution(outputChannels: 8, kernel: 3, padding: 1, hasBias: false)))
    net.append("bn2", .batchNormalization(BatchNormalization()))
    let left = net.append("relu2", .relu(ReLU()))
    net.append("bn3", .batchNormalization(BatchNormalization()))
    let right = net.append("relu3", .relu6(ReLU6()))
    net.append("sum", .add(Add()), inputs: [shared, left, right])
    let active = net.append("relu4", .relu(ReLU()))
    net.append("joined", .concatenate(Concatenate()), inputs: [active, normalized])
    net.append("drop", .dropout(Dropout()))
    net.append("pool", .globalAveragePooling(GlobalAveragePooling()))
    net.append("flat", .flatten(Flatten()))
    net.append("fc", .fullyConnected(FullyConnected(outputFeatures: 5)))
    net.append("out", .softmax(Softmax()))
    return try net.network(name: "branches", inputShape: TensorShape([3, 11, 9]))
  }
}
