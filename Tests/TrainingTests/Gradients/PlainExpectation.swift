import NetworkGraph
import TestSupport
import Testing

/// What plain loops in double precision say of a network: its output, and derivatives with respect to its input and to
/// each learned tensor, a few of single values and one along a direction of ones and minus ones.
struct PlainExpectation {
  private struct Derivatives {
    let variable: PlainGradient.Variable
    let entries: [Int]
    let values: [Double]
    let direction: [Double]
    let along: Double
  }

  /// Relative to the greatest value of a tensor.
  private static let tolerance = 1e-4

  private let output: [Double]
  private let derivatives: [Derivatives]

  init(_ network: Network, _ weights: Weights, inputs: [[Float]], cotangents: [[Float]]) throws {
    let plain = PlainGradient(network, weights)
    let cotangent = cotangents.map { $0.map(Double.init) }
    let samples = inputs.map { $0.map(Double.init) }
    output = try PlainReference(network: network, weights: weights).run(samples, statistics: .batch).flatMap(\.self)
    let learned = try network.parameters().filter { $0.role.kind != .statistic }
    let counts =
      [(PlainGradient.Variable.input, samples.count * samples[0].count)]
      + learned.map { (.parameter($0.name), $0.count) }
    derivatives = try counts.map { variable, count in
      let entries = Set([0, count / 2, count - 1]).sorted()
      let direction = SeededWeights.signs("\(variable)", count: count)
      return Derivatives(
        variable: variable, entries: entries,
        values: try plain.gradient(of: variable, entries: entries, inputs: samples, cotangent: cotangent),
        direction: direction,
        along: try plain.derivative(of: variable, along: direction, inputs: samples, cotangent: cotangent))
    }
  }

  func holds(_ run: GradientRun, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let greatest = output.reduce(1e-3) { max($0, abs($1)) }
    let farthest = zip(run.output.flatMap(\.self), output).reduce(0) { max($0, Self.distance(Double($1.0), $1.1)) }
    #expect(farthest <= Self.tolerance * greatest, "output, \(what)", sourceLocation: sourceLocation)
    for derivatives in derivatives {
      let gradient = gradient(of: derivatives.variable, run)
      // The network's own input as it is has none.
      guard !gradient.isEmpty else { continue }
      expect(gradient, derivatives, "\(derivatives.variable), \(what)", sourceLocation)
    }
  }

  private func expect(
    _ gradient: [Float], _ expected: Derivatives, _ what: String, _ sourceLocation: SourceLocation
  ) {
    let greatest = max(gradient.reduce(1e-3) { max($0, abs(Double($1))) }, expected.values.map(abs).max() ?? 0)
    for (entry, value) in zip(expected.entries, expected.values) {
      #expect(
        Self.distance(Double(gradient[entry]), value) <= Self.tolerance * greatest, "\(entry) of \(what)",
        sourceLocation: sourceLocation)
    }
    let along = zip(gradient, expected.direction).reduce(0) { $0 + Double($1.0) * $1.1 }
    let rounding = Self.tolerance * greatest * Double(gradient.count).squareRoot()
    #expect(
      Self.distance(along, expected.along) <= rounding, "along a direction of \(what)", sourceLocation: sourceLocation)
  }

  private func gradient(of variable: PlainGradient.Variable, _ run: GradientRun) -> [Float] {
    switch variable {
    case .input: run.inputGradient.flatMap(\.self)
    case .parameter(let name): run.parameterGradients[name] ?? []
    }
  }

  /// What is not a number is far from everything.
  private static func distance(_ a: Double, _ b: Double) -> Double { (a - b).isNaN ? .infinity : abs(a - b) }
}
