import InferenceRuntime
import Testing
import Training

/// Compares what the harness computes with what the oracle does.
enum LayerExpectation {
  static let tolerance = 1e-5

  /// On every kernel set of this processor.
  static func holds(
    _ problem: LayerProblem, _ random: inout CounterGenerator, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let size = problem.inputShapes.reduce(0) { $0 + $1.elementsPerSample }
    let oracle = LayerOracle(problem, places: max(min(60, 40_000 / size), 6), &random)
    for kernels in ProcessorKernels.allCases where kernels.isSupported {
      let result = try LayerHarness.run(problem, on: kernels)
      let faults = faults(result, oracle)
      #expect(faults.isEmpty, "\(problem.testDescription) on \(kernels): \(faults)", sourceLocation: sourceLocation)
    }
  }

  /// What is further off than the tolerance, of the greatest of its kind.
  static func faults(_ result: LayerHarness.Result, _ oracle: LayerOracle) -> [String] {
    var faults: [String] = []
    func compare(_ what: String, _ actual: [Float], _ expected: [Int: Double]) {
      let greatest = max(
        expected.values.reduce(1e-6) { max($0, abs($1)) }, actual.reduce(0) { max($0, abs(Double($1))) })
      for (place, value) in expected.sorted(by: { $0.key < $1.key }) {
        guard place < actual.count, abs(Double(actual[place]) - value) <= tolerance * greatest else {
          let found = place < actual.count ? "\(actual[place])" : "nothing"
          return faults.append("\(what)[\(place)] is \(found), not \(value), the greatest being \(greatest)")
        }
      }
    }
    func indexed(_ values: [Double]) -> [Int: Double] {
      Dictionary(uniqueKeysWithValues: values.enumerated().map { ($0, $1) })
    }
    for (sample, values) in oracle.output.enumerated() {
      compare("output, sample \(sample)", result.output[sample], indexed(values))
    }
    for (input, samples) in oracle.gradients.enumerated() {
      for (sample, values) in samples.enumerated() {
        let actual = input < result.gradients.count ? result.gradients[input][sample] : []
        compare("gradient of input \(input), sample \(sample)", actual, values)
      }
    }
    compare("slope", result.slopeGradient, indexed(oracle.slopeGradient))
    return faults
  }

  /// The same bits with 1, 2 and 3 threads.
  static func isIndependentOfThreads(
    _ problem: LayerProblem, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let alone = try LayerHarness.run(problem, on: .best, threads: 1)
    for threads in 2...3 {
      let result = try LayerHarness.run(problem, on: .best, threads: threads)
      #expect(result == alone, "\(problem.testDescription), \(threads) threads", sourceLocation: sourceLocation)
    }
  }
}
