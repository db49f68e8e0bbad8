import InferenceRuntime
import NetworkGraph

/// The tensors of a network that is trained: their values and, of learned ones, their gradients.
///
/// All values lie one after the other in one run of memory, in the order of `parameters`, row-major as in weight files,
/// each on a boundary of 16 floats with zeros between them; gradients lie likewise. Learned tensors come first, so that an
/// optimiser takes them as one vector of `learnedCount` floats.
///
/// `@unchecked Sendable`: whoever trains writes, and nobody else reads meanwhile.
public final class ParameterStore: @unchecked Sendable {
  public struct Parameter: Hashable, Sendable {
    /// Name in the weight file, such as `conv1.weight`.
    public let name: String
    public let shape: [Int]
    /// What the first layer that takes the tensor uses it for.
    public let role: ParameterRole
    /// The operator of that layer, such as `batch_normalization`.
    public let operatorName: String
    /// Place of its values in `values`, and of its gradient in `gradients`.
    public let range: Range<Int>

    /// Whether training changes the tensor by its gradient. Running statistics have none.
    public var isLearned: Bool { role.kind != .statistic }
  }

  public let parameters: [Parameter]
  /// Floats that all learned tensors take, those between them counted.
  public let learnedCount: Int
  /// Floats that all tensors take.
  public let count: Int
  private let indices: [String: Int]
  private let valueMemory: LargeBuffer
  private let gradientMemory: LargeBuffer

  /// - Throws: `ShapeError`; `WeightMismatch` where the weights are not exactly those that the network needs.
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

  public subscript(name: String) -> Parameter { parameters[indices[name]!] }

  /// `count` floats.
  public var values: UnsafeMutablePointer<Float> { valueMemory.pointer }
  /// `learnedCount` floats.
  public var gradients: UnsafeMutablePointer<Float> { gradientMemory.pointer }

  /// A copy of all tensors as they are now.
  public func weights() -> Weights {
    Dictionary(
      uniqueKeysWithValues: parameters.map {
        let values = Array(UnsafeBufferPointer(start: values + $0.range.lowerBound, count: $0.range.count))
        return ($0.name, WeightTensor(shape: $0.shape, values: values))
      })
  }

  /// Takes the values of tensors that the network is known to need all.
  public func load(_ weights: Weights) {
    for parameter in parameters {
      weights[parameter.name]!.withUnsafeValues {
        (values + parameter.range.lowerBound).update(from: $0.baseAddress!, count: $0.count)
      }
    }
  }
}
