import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// Gradients of drawn layers beside finite differences of plain loops in double precision, on every kernel set of this
/// processor: two hundred of each in `make test-gradients`, and in every run those that found faults.
@Suite struct RandomGradientTests {
  /// Relative to the greatest value of a tensor.
  private static let tolerance = 1e-4
  /// Values of each tensor that are differentiated.
  private static let mostEntries = 3
  private static let seeds: [UInt64] = TestEffort.cases(usual: [0, 1, 24, 174], thorough: Array(0..<200))

  @Test("gradients of drawn layers are those of plain loops", arguments: GradientOperator.allCases)
  func drawn(_ kind: GradientOperator) throws {
    for seed in Self.seeds {
      let problem = RandomGradientProblem.draw(operator: kind, seed: seed, embedded: seed % 2 == 0)
      let first = try GradientRun(problem, on: .best, "direct")
      let expected = try Self.expectations(problem, first)
      for kernels in ProcessorKernels.trained {
        for algorithm in Self.algorithms(kind) {
          expect(try GradientRun(problem, on: kernels, algorithm), expected, "\(kernels), \(algorithm), \(problem)")
        }
      }
    }
  }

  /// Some derivatives of a tensor.
  private struct Expectation {
    let variable: PlainGradient.Variable
    let entries: [Int]
    let values: [Double]
    /// Of all values together: the derivative along a direction of ones and minus ones.
    let direction: [Double]
    let along: Double
  }

  private static func expectations(_ problem: RandomGradientProblem, _ run: GradientRun) throws -> [Expectation] {
    let plain = PlainGradient(problem.network, problem.weights, statistics: problem.statistics)
    let inputs = problem.inputs.map { $0.map(Double.init) }
    let cotangent = problem.cotangent.map { $0.map(Double.init) }
    let variables =
      [(PlainGradient.Variable.input, run.inputGradient.flatMap(\.self))]
      + run.parameterGradients.map { (.parameter($0), $1) }
    return try variables.map { variable, gradient in
      let entries = entries(gradient, seed: problem.seed)
      let direction = SeededWeights.signs("\(problem.seed)", count: gradient.count)
      return Expectation(
        variable: variable, entries: entries,
        values: try plain.gradient(of: variable, entries: entries, inputs: inputs, cotangent: cotangent),
        direction: direction,
        along: try plain.derivative(of: variable, along: direction, inputs: inputs, cotangent: cotangent))
    }
  }

  /// What is tried wherever it applies.
  private static func algorithms(_ kind: GradientOperator) -> [String] {
    switch kind {
    case .convolution3x3: ["direct", "winograd-f2", "winograd-f4", "winograd-f3x3-4x4"]
    case .convolution: ["direct", "winograd-f4-stride2", "winograd-f2-stride2"]
    default: ["direct"]
    }
  }

  private func expect(_ run: GradientRun, _ expectations: [Expectation], _ what: String) {
    let gradients = expectations.map { run.gradient(of: $0.variable) }
    // A bias before batch normalisation has no gradient, only what is left when terms like those of others cancel out.
    let least = max(gradients.map(Self.greatest).max()! / 20, 1e-2)
    for (expected, gradient) in zip(expectations, gradients) {
      let greatest = max(Self.greatest(gradient), expected.values.map(abs).max() ?? 0, least)
      let wrong = zip(expected.entries, expected.values).first {
        !(abs(Double(gradient[$0]) - $1) <= Self.tolerance * greatest)
      }
      let along = zip(gradient, expected.direction).reduce(0) { $0 + Double($1.0) * $1.1 }
      let rounding = Self.tolerance * greatest * Double(gradient.count).squareRoot()
      #expect(abs(along - expected.along) <= rounding, "\(expected.variable), along a direction; \(what)")
      if let (entry, value) = wrong {
        Issue.record(
          "\(expected.variable)[\(entry)] is \(gradient[entry]), not \(value) (greatest \(greatest)); \(what)")
      }
    }
  }

  private static func greatest(_ values: [Float]) -> Double { Double(values.lazy.map(abs).max() ?? 0) }

  /// The entry with the greatest value, the last one, and some others.
  private static func entries(_ gradient: [Float], seed: UInt64) -> [Int] {
    guard gradient.count > mostEntries else { return Array(gradient.indices) }
    let greatest = gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) }!
    let others = (0..<mostEntries - 2).map { (Int(seed % 1009) * 31 + $0 * 7919) % gradient.count }
    return [greatest, gradient.count - 1] + others
  }
}

extension GradientRun {
  fileprivate init(_ problem: RandomGradientProblem, on kernels: ProcessorKernels, _ algorithm: String) throws {
    var options = TrainingOptions(maximumBatch: problem.inputs.count)
    options.freezesStatistics = problem.statistics == .running
    try self.init(
      problem.network, weights: problem.weights, inputs: problem.inputs, cotangents: problem.cotangent,
      kernels: kernels, options: options, choices: AlgorithmChoices(preferring: algorithm))
  }

  fileprivate func gradient(of variable: PlainGradient.Variable) -> [Float] {
    switch variable {
    case .input: inputGradient.flatMap(\.self)
    case .parameter(let name): parameterGradients[name]!
    }
  }
}
