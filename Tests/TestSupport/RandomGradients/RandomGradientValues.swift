import NetworkGraph

/// The numbers of a random problem.
struct RandomGradientValues {
  /// Values lie within this of 0: beyond the outermost kink of bounded activations, 6, and near 1 otherwise.
  private let greatest: Float
  /// Where derivatives jump, and what keeps away from it by 1e-3.
  private static let kinks: [Float] = [-3, 0, 3, 6]
  private static let distance: Float = 1e-3

  init(_ kind: GradientOperator) {
    greatest = [.relu6, .hardSwish, .hardSigmoid].contains(kind) ? 8 : 2
  }

  /// Each plane is cut into equal steps, and every value has one for itself, in random order: no two are near each other.
  func sample(_ shape: TensorShape, _ generator: inout SplitMix64) -> [Float] {
    let area = shape.spatial.area
    let step = 2 * greatest / Float(area)
    return (0..<shape.channels).flatMap { _ in
      (0..<area).shuffled(using: &generator).map { place in
        let value = -greatest + step * (Float(place) + .random(in: 0.2...0.8, using: &generator))
        return Self.awayFromKinks(value)
      }
    }
  }

  static func distanceToKink(_ value: Float) -> Float {
    kinks.reduce(.infinity) { min($0, abs(value - $1)) }
  }

  /// The step of a plane is 0.02 at least, so that no neighbour is near where this moves a value.
  private static func awayFromKinks(_ value: Float) -> Float {
    guard let kink = kinks.first(where: { abs(value - $0) < distance }) else { return value }
    return kink + (value < kink ? -distance : distance) * 1.1
  }

  func weights(
    _ declaration: ParameterDeclaration, of network: Network, _ generator: inout SplitMix64
  ) -> WeightTensor {
    let shape = declaration.shape
    if declaration.name == "\(RandomGradientNetwork.front).weight" { return Self.identity(shape) }
    if declaration.name == "\(RandomGradientNetwork.front).bias" {
      return WeightTensor(shape: shape, values: [Float](repeating: 0, count: shape[0]))
    }
    let range: ClosedRange<Float>
    switch declaration.role {
    case .weight where shape.count > 1:
      // He et al., 2015: outputs are about as large as inputs.
      let bound = (6 / Float(shape.dropFirst().reduce(1, *))).squareRoot()
      range = -bound...bound
    case .weight: range = -1.5...1.5
    case .bias, .runningMean: range = -0.5...0.5
    case .runningVariance: range = 0.5...1.5
    }
    return WeightTensor(
      shape: shape, values: (0..<declaration.count).map { _ in .random(in: range, using: &generator) })
  }

  private static func identity(_ shape: [Int]) -> WeightTensor {
    let channels = shape[0]
    let values: [Float] = (0..<channels * channels).map { $0 % (channels + 1) == 0 ? 1 : 0 }
    return WeightTensor(shape: shape, values: values)
  }
}
