public import NetworkGraph

/// Gradients of `L = sum of cotangent x output` by central differences of `PlainReference`, in double precision: slow, and
/// ignorant of every rule of differentiation. Gradients that follow rules are measured against it.
///
/// A difference over `2 h` is off by `h^2 / 6` times the third derivative and by rounding over `h`: some 1e-10 where values
/// are near 1. It is meaningless where a kink, such as that of ReLU at 0, lies within `h` of a value.
public struct PlainGradient {
  /// What `L` is differentiated with respect to.
  public enum Variable: Hashable, Sendable {
    /// All samples, one after the other, row-major.
    case input
    /// A tensor by its name in the weight file, row-major.
    case parameter(String)
  }

  private let network: Network
  private let tensors: [String: [Double]]
  private let statistics: PlainReference.Statistics

  public init(_ network: Network, _ weights: Weights, statistics: PlainReference.Statistics = .batch) {
    self.network = network
    tensors = weights.mapValues { $0.values.map(Double.init) }
    self.statistics = statistics
  }

  /// Partial derivatives for the `entries` of `variable`, counted from 0 over all of its values.
  ///
  /// - Parameters:
  ///   - inputs: one row of `C x H x W` values a sample.
  ///   - cotangent: one factor for each output, a row a sample.
  /// - Complexity: twice the network for each entry and sample; for an entry of the input one sample alone is computed,
  ///   unless batch normalisation has samples depend on each other.
  public func gradient(
    of variable: Variable, entries: [Int], inputs: [[Double]], cotangent: [[Double]]
  ) throws -> [Double] {
    try entries.map { entry in
      switch variable {
      case .input where !samplesMeet:
        let (sample, place) = entry.quotientAndRemainder(dividingBy: inputs[0].count)
        return try difference(.input, [inputs[sample]], [cotangent[sample]], at: inputs[sample][place]) {
          values, step in
          values[place] += step
        }
      case .input:
        let value = inputs[entry / inputs[0].count][entry % inputs[0].count]
        return try difference(.input, inputs, cotangent, at: value) { values, step in values[entry] += step }
      case .parameter(let name):
        return try difference(variable, inputs, cotangent, at: tensors[name]![entry]) { values, step in
          values[entry] += step
        }
      }
    }
  }

  /// The derivative along `direction`, which has a value for each of `variable`'s: the sum of gradient x direction. With a
  /// random direction of magnitude 1 it checks every entry of a gradient at once, at the cost of one.
  public func derivative(
    of variable: Variable, along direction: [Double], inputs: [[Double]], cotangent: [[Double]]
  ) throws -> Double {
    try difference(variable, inputs, cotangent, at: 1) { values, step in
      for index in values.indices { values[index] += step * direction[index] }
    }
  }

  private var samplesMeet: Bool {
    statistics == .batch && network.nodes.contains { $0.operator.definition is BatchNormalization }
  }

  /// Changes `variable` by a step up and a step down, and divides the difference of `L` by both steps.
  private func difference(
    _ variable: Variable, _ inputs: [[Double]], _ cotangent: [[Double]], at value: Double,
    _ change: (inout [Double], Double) -> Void
  ) throws -> Double {
    let step = 1e-5 * max(abs(value), 1)
    let above = try answers(variable, inputs) { change(&$0, step) }
    let below = try answers(variable, inputs) { change(&$0, -step) }
    var sum: Double = 0
    // Differences first: what the step does not reach cancels without rounding.
    for (sample, factors) in cotangent.enumerated() {
      for (index, factor) in factors.enumerated() { sum += factor * (above[sample][index] - below[sample][index]) }
    }
    return sum / (2 * step)
  }

  private func answers(
    _ variable: Variable, _ inputs: [[Double]], _ change: (inout [Double]) -> Void
  ) throws -> [[Double]] {
    var (tensors, inputs) = (tensors, inputs)
    switch variable {
    case .input:
      var values = inputs.flatMap(\.self)
      change(&values)
      let count = inputs[0].count
      inputs = inputs.indices.map { Array(values[$0 * count..<($0 + 1) * count]) }
    case .parameter(let name):
      change(&tensors[name]!)
    }
    return try PlainReference(network: network, tensors: tensors).run(inputs, statistics: statistics)
  }
}
