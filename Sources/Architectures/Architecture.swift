import NetworkGraph

/// A published network: its source, its defaults, and how to build it for an input shape and a number of classes.
///
///     let network = try Architecture.named("resnet50").network(numClasses: 10)
public struct Architecture: Sendable {
  /// The name that users type, for example `resnet50`. It is lower case and unique.
  public let name: String
  /// The name as papers write it, for example `ResNet-50`.
  public let title: String
  /// Authors, title and year of the paper, as one line.
  public let paper: String
  /// Which variant this is, and where it deviates from the paper, in one sentence for users.
  public let notes: String
  /// Default shape of one input sample, `[C, H, W]`: that of the paper or of the pretrained weights.
  public let inputShape: [Int]
  /// Default number of classes: 1000 for ImageNet, 10 for MNIST and CIFAR-10.
  public let defaultClasses: Int
  /// Accuracies that others have published: the paper's own first, then those of the pretrained weights. Empty where
  /// the paper gives none.
  public let published: [PublishedAccuracy]
  /// The official weight file whose tensor names this network uses; `nil` where no such file exists.
  public let pretrained: PretrainedWeights?
  /// Prefixes of tensor names that a loader should skip, such as `aux1.`. Weight files hold these tensors only for
  /// training.
  public let ignoredWeightPrefixes: [String]
  /// Gives the network's name for a tensor of the official weight file. Old files carry names that publishers have
  /// changed since; most architectures return the name unchanged.
  public let currentTensorName: @Sendable (String) -> String

  private let build: Build

  /// Appends all layers. The last layer has as many outputs as there are classes.
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
  ///   - inputShape: shape of one sample, `[C, H, W]`, each extent in `1...16_384`; the architecture's own where not
  ///     given.
  ///   - numClasses: outputs of the last layer, in `acceptedClasses`; the architecture's own where not given.
  /// - Throws: `ArchitectureError` where the number of classes or the shape is not accepted, or where the input is too
  ///   small for a layer. The error names the layer.
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
