import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// Gradients of each operator beside PyTorch's, on every kernel set of this processor.
@Suite struct OperatorGradientTests {
  /// Relative to the greatest value of a tensor.
  private static let tolerance = 1e-5

  @Test(
    "output, gradients and running statistics of an operator are PyTorch's", arguments: OperatorGolden.all,
    ProcessorKernels.trained)
  func golden(_ golden: OperatorGolden, on kernels: ProcessorKernels) throws {
    let run = try GradientRun(golden, kernels: kernels)
    expect(run.output.flatMap(\.self), near: golden.output, "output")
    expect(run.inputGradient.flatMap(\.self), near: golden.inputGradient, "input")
    for (name, gradient) in golden.parameterGradients { expect(run.parameterGradients[name]!, near: gradient, name) }
    for (name, values) in golden.runningStatistics { expect(run.weights[name]!.values, near: values, name) }
  }

  @Test(
    "an operator that reads the network's input as it is has the same gradients",
    arguments: OperatorGolden.all.filter { $0.network.nodes.contains { $0.operator.name != Flatten.name } },
    ProcessorKernels.trained)
  func planarInput(_ golden: OperatorGolden, on kernels: ProcessorKernels) throws {
    let run = try GradientRun(golden, kernels: kernels, isPlanar: true)
    expect(run.output.flatMap(\.self), near: golden.output, "output")
    for (name, gradient) in golden.parameterGradients { expect(run.parameterGradients[name]!, near: gradient, name) }
  }

  private func expect(_ values: [Float], near expected: [Double], _ name: String) {
    #expect(values.count == expected.count, "\(name)")
    let greatest = expected.map(abs).max() ?? 0
    let farthest = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(farthest <= Self.tolerance * max(greatest, 1e-3), "\(name), greatest \(greatest)")
  }
}

extension ProcessorKernels {
  /// Those of this processor that train in their own way: AMX's are AVX-512's there.
  static let trained = allCases.filter { $0.isSupported && $0 != .amx }
}

extension GradientRun {
  init(_ golden: OperatorGolden, kernels: ProcessorKernels, isPlanar: Bool = false) throws {
    var options = TrainingOptions(maximumBatch: golden.batch)
    options.freezesStatistics = golden.statistics == .running
    try self.init(
      golden.network, weights: golden.weights, inputs: golden.inputs, cotangents: golden.cotangents,
      kernels: kernels, options: options, isPlanar: isPlanar)
  }
}
