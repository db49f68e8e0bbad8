import NetworkGraph
import TestSupport
import Training

@testable import NetworkGraph

/// What a layer gives and its gradients, in double precision: by plain loops and central differences of them.
struct LayerOracle {
  let output: [[Double]]
  /// `[input][sample]`: some of the values, by their place.
  let gradients: [[[Int: Double]]]
  let slopeGradient: [Double]

  /// - Parameters:
  ///   - places: values of each input and sample whose gradients are worked out.
  init(_ problem: LayerProblem, places: Int, _ random: inout CounterGenerator) {
    let plain = PlainLayer(problem)
    output = (0..<problem.batch).map { plain.run(sample: $0) }
    var gradients: [[[Int: Double]]] = []
    for (input, shape) in problem.inputShapes.enumerated() {
      let count = shape.elementsPerSample
      gradients.append(
        (0..<problem.batch).map { sample in
          let chosen = count <= places ? Array(0..<count) : (0..<places).map { _ in random.integer(below: count) }
          return Dictionary(
            chosen.map { ($0, plain.gradient(input: input, sample: sample, place: $0)) }, uniquingKeysWith: { $1 })
        })
    }
    self.gradients = gradients
    slopeGradient = problem.slopes.indices.map { plain.slopeGradient($0) }
  }
}

/// A layer as a function in double precision.
private struct PlainLayer {
  let problem: LayerProblem
  private let inputs: [[[Double]]]
  private let slopes: [Double]

  init(_ problem: LayerProblem) {
    self.problem = problem
    let values = problem.inputs.map { $0.map { $0.map(Double.init) } }
    inputs = problem.isOneValue ? values.map { _ in values[0] } : values
    slopes = problem.slopes.map(Double.init)
  }

  func run(sample: Int) -> [Double] { run(inputs.map { $0[sample] }, slopes) }

  private func run(_ inputs: [[Double]], _ slopes: [Double]) -> [Double] {
    let network = try! Network(name: "plain", inputShape: problem.inputShapes[0], nodes: [problem.node])
    return PlainReference(network: network, tensors: [LayerProblem.slopeName: slopes]).compute(
      problem.node, inputs, LayerShapes(inputs: problem.inputShapes, output: problem.outputShape))
  }

  func gradient(input: Int, sample: Int, place: Int) -> Double {
    let difference = difference(sample: sample) { values, _, step in
      for index in values.indices where index == input || problem.isOneValue { values[index][place] += step }
    }
    var sum = difference
    if let earlier = problem.earlier { sum += Double(earlier[problem.isOneValue ? 0 : input][sample][place]) }
    if problem.isBranch, input == 0 || problem.isOneValue { sum += Double(problem.gradient[sample][place]) }
    return sum
  }

  func slopeGradient(_ index: Int) -> Double {
    (0..<problem.batch).reduce(0) { sum, sample in
      sum + difference(sample: sample) { _, slopes, step in slopes[index] += step }
    }
  }

  /// The derivative of the sum of gradient times output, by a step up and one down.
  private func difference(
    sample: Int, _ change: (inout [[Double]], inout [Double], Double) -> Void
  ) -> Double {
    let step = 1e-5
    func values(_ step: Double) -> [Double] {
      var (values, slopes) = (inputs.map { $0[sample] }, slopes)
      change(&values, &slopes, step)
      return run(values, slopes)
    }
    let (above, below) = (values(step), values(-step))
    return problem.gradient[sample].indices.reduce(0) {
      $0 + Double(problem.gradient[sample][$1]) * (above[$1] - below[$1])
    } / (2 * step)
  }
}
