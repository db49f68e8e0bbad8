import NetworkGraph
import Training

/// How much each pixel of the input counts for one unit: Luo et al., Understanding the Effective Receptive Field in Deep
/// Convolutional Neural Networks, 2016.
public struct EffectiveField: Encodable, Sendable {
  /// By pixel of the input the sum over its channels of how large the gradient of the unit is, all of its layer's channels
  /// added up; the mean where several inputs were looked at.
  public let map: SpatialMap
  /// What part of the map's sum lies inside the theoretical field; nil where the map is zero everywhere.
  public let shareInside: Double?
  /// Side of a square of as many pixels as count for at least 4.55 % of what the greatest does, beyond two standard deviations
  /// of a Gaussian.
  public let side: Double
  /// What part of the theoretical field's pixels, as far as they are input, that many are.
  public let shareOfField: Double?

  /// - Parameter field: the unit's theoretical field.
  init(map: SpatialMap, field: UnitField.Rectangle) {
    self.map = map
    let threshold = Double(map.maximum) * 0.0455
    let counting = map.values.count { $0 > 0 && Double($0) >= threshold }
    side = Double(counting).squareRoot()
    let total = map.values.reduce(0.0) { $0 + Double($1) }
    var inside = 0.0
    for row in field.top..<field.bottom {
      for column in field.left..<field.right { inside += Double(map[row, column]) }
    }
    shareInside = total > 0 ? inside / total : nil
    let area = (field.bottom - field.top) * (field.right - field.left)
    shareOfField = area > 0 ? Double(counting) / Double(area) : nil
  }

  /// One turn for each input.
  ///
  /// - Parameter inputs: of the network, `[C][H][W]`.
  static func map(_ turns: Turns, _ field: UnitField, inputs: [[Float]]) async throws -> SpatialMap {
    let (height, width) = (field.inputShape[1], field.inputShape[2])
    var sums = [Double](repeating: 0, count: height * width)
    for input in inputs {
      let gradient = try await turns.next { try Self.gradient($0, field, input) }
      for (index, value) in gradient.enumerated() { sums[index % sums.count] += Double(value.magnitude) }
    }
    return SpatialMap(height: height, width: width, values: sums.map { Float($0 / Double(inputs.count)) })
  }

  /// Of the unit, all of its layer's channels added up, with respect to the input: `[C][H][W]`.
  static func gradient(_ memory: NetworkMemory, _ field: UnitField, _ input: [Float]) throws -> [Float] {
    let plan = try memory.plan(.init(output: field.layer, watched: Network.inputName, hasExactZeros: true))
    return plan.differentiate(input) { output in field.choosing(output.count) }.gradient
  }

  /// Inputs of noise, normally distributed, the same ones each time.
  static func noise(count: Int, of shape: [Int]) -> [[Float]] {
    (0..<count).map { sample in
      var generator = CounterGenerator(seed: 0, stream: .noise, sample: sample)
      return (0..<shape.reduce(1, *)).map { _ in Float(generator.normal()) }
    }
  }
}

extension UnitField {
  /// One for every channel of the unit, zero elsewhere.
  fileprivate func choosing(_ count: Int) -> [Float] {
    let area = shape[1] * shape[2]
    let place = row * shape[2] + column
    return (0..<count).map { $0 % area == place ? 1 : 0 }
  }
}
