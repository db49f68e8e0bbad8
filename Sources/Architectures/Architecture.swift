import NetworkGraph

/// A published network: where it comes from, and how to build it for an input shape and a number of classes.
public struct Architecture: Sendable {
  /// What users type, for example `resnet50`: lower case, unique.
  public let name: String
  /// How the papers write it, for example `ResNet-50`.
  public let title: String
  /// Authors, title and year of the source.
  public let paper: String
  /// Which variant this is, and where it deviates from the paper, in one sentence.
  public let notes: String
  /// Shape of one input sample, `[C, H, W]`, unless another is asked for.
  public let inputShape: [Int]
  /// Number of classes unless another is asked for.
  public let defaultClasses: Int
  /// Accuracies that others have published: the paper's own first, then that of the pretrained weights.
  public let published: [PublishedAccuracy]
  /// The official weight file whose tensor names this network uses, where there is one.
  public let pretrained: PretrainedWeights?
  /// Prefixes of tensors that weight files hold for training only, and that a loader should skip.
  public let ignoredWeightPrefixes: [String]
  /// The network's name for a tensor of a weight file, which may carry an older one.
  public let currentTensorName: @Sendable (String) -> String

  private let build: Build

  /// Appends the layers, the last of which has as many outputs as there are classes.
  typealias Build = @Sendable (_ net: inout NetworkBuilder, _ classes: Int) -> Void

  init(
    name: String, title: String, paper: String, notes: String, inputShape: [Int], defaultClasses: Int,
    published: [PublishedAccuracy] = [], pretrained: PretrainedWeights? = nil, ignoredWeightPrefixes: [String] = [],
    currentTensorName: @escaping @Sendable (String) -> String = { $0 }, build: @escaping Build
  ) {
    self.name = name
    self.title = title
    self.paper = paper
    self.notes = notes
    self.inputShape = inputShape
    self.defaultClasses = defaultClasses
    self.published = published
    self.pretrained = pretrained
    self.ignoredWeightPrefixes = ignoredWeightPrefixes
    self.currentTensorName = currentTensorName
    self.build = build
  }
}

extension Architecture {
  /// Numbers of classes that a network can be built for.
  public static let acceptedClasses = 1...100_000

  /// Builds the network, and checks that every layer can take its input.
  ///
  /// - Parameters:
  ///   - inputShape: shape of one sample, `[C, H, W]`; the architecture's own where not given.
  ///   - numClasses: outputs of the last layer, `1...100_000`; the architecture's own where not given.
  /// - Throws: `ArchitectureError` for a number of classes or a shape outside what is accepted, or for an input
  ///   that is too small for a layer, which it names.
  public func network(inputShape: [Int]? = nil, numClasses: Int? = nil) throws(ArchitectureError) -> Network {
    let classes = numClasses ?? defaultClasses
    guard Self.acceptedClasses.contains(classes) else {
      throw .unacceptedClasses(architecture: name, given: classes, accepted: Self.acceptedClasses)
    }
    let shape = inputShape ?? self.inputShape
    guard shape.count == 3, shape.allSatisfy({ $0 >= 1 }) else {
      throw .unacceptedInputShape(architecture: name, given: shape, example: self.inputShape)
    }
    var net = NetworkBuilder()
    build(&net, classes)
    return try checked(net, TensorShape(shape))
  }

  private func checked(_ net: NetworkBuilder, _ shape: TensorShape) throws(ArchitectureError) -> Network {
    let network: Network
    do {
      network = try net.network(name: name, inputShape: shape)
    } catch {
      preconditionFailure("the builder of \(name) is wrong: \(error)")
    }
    do {
      _ = try network.inferShapes()
    } catch {
      throw .impossibleInput(error)
    }
    return network
  }
}
