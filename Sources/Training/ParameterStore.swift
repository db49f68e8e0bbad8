import InferenceRuntime
import NetworkGraph

/// The tensors of a network in training: their values, and the gradients of the learned tensors.
///
/// All values lie in one run of memory, in the order of `parameters`. Each tensor is row-major as in weight files,
/// and begins on a boundary of 16 floats; the floats between tensors are 0. Gradients have the same layout. Learned
/// tensors come first, so that an optimiser sees them as one vector of `learnedCount` floats.
///
/// `@unchecked Sendable`: one thread trains and writes, and no other thread reads meanwhile.
public final class ParameterStore: @unchecked Sendable {
  /// The description of one tensor of the store.
  public struct Parameter: Hashable, Sendable {
    /// The name in the weight file, such as `conv1.weight`.
    public let name: String
    /// The length of each dimension, outermost first, as in the weight file.
    public let shape: [Int]
    /// The role of the tensor in the first layer that takes it, such as weight or bias.
    public let role: ParameterRole
    /// The name of that layer's operator, such as `batch_normalization`.
    public let operatorName: String
    /// The place of the tensor's floats in `values`, and of its gradient in `gradients`.
    public let range: Range<Int>

    /// Whether the tensor has a gradient. Running statistics have none.
    public var isLearned: Bool { role.kind != .statistic }
  }

  /// All tensors of the network: the learned ones first, then the running statistics, each in the order of the
  /// layers.
  public let parameters: [Parameter]
  /// The number of floats of all learned tensors, the gaps between them included.
  public let learnedCount: Int
  /// The number of floats of all tensors, the gaps between them included.
  public let count: Int
  private let indices: [String: Int]
  private let valueMemory: LargeBuffer
  private let gradientMemory: LargeBuffer

  /// Allocates the store of a network and copies the weights into it. All gradients are 0.
  ///
  /// - Throws: `ShapeError` if the network's layers do not fit one another. `WeightMismatch` if a tensor is missing,
  ///   surplus or of another shape.
  public init(_ network: Network, weights: Weights) throws {
    try network.validate(weights)
    let layers = try network.parametersByLayer(shapes: network.inferShapes())
    let declared = zip(network.nodes, layers).flatMap { node, tensors in tensors.map { (node.operator.name, $0) } }
    let ordered = declared.filter { $0.1.role.kind != .statistic } + declared.filter { $0.1.role.kind == .statistic }
    var end = 0
    parameters = ordered.map { operatorName, tensor in
      let start = end
      end = (start + tensor.count + Self.alignment - 1) / Self.alignment * Self.alignment
      return Parameter(
        name: tensor.name, shape: tensor.shape, role: tensor.role, operatorName: operatorName,
        range: start..<start + tensor.count)
    }
    count = end
    learnedCount = parameters.first { !$0.isLearned }?.range.lowerBound ?? end
    indices = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1.name, $0) })
    valueMemory = LargeBuffer(max(count, 1))
    gradientMemory = LargeBuffer(max(learnedCount, 1))
    load(weights)
  }

  private static let alignment = 16

  /// The description of the tensor of a name.
  ///
  /// - Precondition: the network has such a tensor.
  public subscript(name: String) -> Parameter { parameters[indices[name]!] }

  /// The first of `count` floats. The memory is valid as long as the store.
  public var values: UnsafeMutablePointer<Float> { valueMemory.pointer }
  /// The first of `learnedCount` floats. The memory is valid as long as the store.
  public var gradients: UnsafeMutablePointer<Float> { gradientMemory.pointer }

  /// A copy of all tensors with their present values.
  public func weights() -> Weights {
    Dictionary(
      uniqueKeysWithValues: parameters.map {
        let values = Array(UnsafeBufferPointer(start: values + $0.range.lowerBound, count: $0.range.count))
        return ($0.name, WeightTensor(shape: $0.shape, values: values))
      })
  }

  /// Replaces the values of all tensors.
  ///
  /// - Precondition: `weights` has every tensor of the store, in its shape.
  public func load(_ weights: Weights) {
    for parameter in parameters {
      weights[parameter.name]!.withUnsafeValues {
        precondition($0.count == parameter.range.count, "\(parameter.name) has another shape")
        (values + parameter.range.lowerBound).update(from: $0.baseAddress!, count: $0.count)
      }
    }
  }
}
