import InferenceRuntime
import NetworkGraph
import Testing
import Training

@Suite struct MaxPoolingLayerTests {
  @Test("maximum pooling of drawn windows", arguments: LayerDraw.seeds)
  func gradients(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let window = WindowDraw(isDilated: true, &random)
    let pooling = MaxPooling(
      kernel: window.kernel, stride: window.stride, padding: window.padding, dilation: window.dilation,
      ceilMode: random.bool(probability: 0.5))
    let problem = try LayerProblem(.maxPooling(pooling), [window.map], batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("a branch that pools the value that it is added to")
  func branch() throws {
    var random = LayerDraw.generator(0)
    let pooling = MaxPooling(kernel: 3, stride: 1, padding: 1)
    var problem = try LayerProblem(
      .maxPooling(pooling), [TensorShape(channels: 19, height: 6, width: 5)], batch: 2, &random)
    (problem.earlier, problem.isBranch) = (nil, true)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("of equal values the first of the window, row by row, gets the gradient")
  func ties() throws {
    var random = LayerDraw.generator(1)
    let shape = TensorShape(channels: 5, height: 7, width: 6)
    var problem = try LayerProblem(
      .maxPooling(MaxPooling(kernel: 3, stride: 2, padding: 1)), [shape], batch: 2, &random)
    (problem.earlier, problem.isBranch) = (nil, false)
    problem.inputs[0] = problem.inputs[0].map { $0.map { _ in Float(random.integer(below: 3)) - 1 } }
    let expected = zip(problem.inputs[0], problem.gradient).map { Self.firstMaxima($0, shape, $1) }
    for kernels in ProcessorKernels.allCases where kernels.isSupported {
      let result = try LayerHarness.run(problem, on: kernels)
      for (actual, values) in zip(result.gradients[0], expected) {
        #expect(zip(actual, values).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(kernels)")
      }
    }
  }

  /// Windows of 3x3, a stride of 2 and a padding of 1.
  private static func firstMaxima(_ input: [Float], _ shape: TensorShape, _ gradient: [Float]) -> [Double] {
    let (height, width) = (shape.spatial.height, shape.spatial.width)
    let (outputHeight, outputWidth) = ((height + 1) / 2, (width + 1) / 2)
    var result = [Double](repeating: 0, count: input.count)
    for (index, value) in gradient.enumerated() {
      let (rest, column) = index.quotientAndRemainder(dividingBy: outputWidth)
      let (channel, row) = rest.quotientAndRemainder(dividingBy: outputHeight)
      var best: Int?
      for y in max(2 * row - 1, 0)..<min(2 * row + 2, height) {
        for x in max(2 * column - 1, 0)..<min(2 * column + 2, width) {
          let place = (channel * height + y) * width + x
          if best.map({ input[place] > input[$0] }) ?? true { best = place }
        }
      }
      result[best!] += Double(value)
    }
    return result
  }

  @Test("the network's own input, which lies in planes")
  func networkInput() throws {
    var random = LayerDraw.generator(2)
    let shape = TensorShape(channels: 3, height: 8, width: 7)
    let problem = try LayerProblem(.maxPooling(MaxPooling(kernel: 2)), [shape], batch: 2, &random)
    let oracle = LayerOracle(problem, places: 0, &random)
    for kernels in ProcessorKernels.allCases where kernels.isSupported {
      let result = try LayerHarness.run(problem, on: kernels, readsInput: true)
      #expect(result.output.map { $0.map(Double.init) } == oracle.output, "\(kernels)")
    }
  }

  @Test("the number of threads does not matter")
  func threads() throws {
    var random = LayerDraw.generator(3)
    let shape = TensorShape(channels: 70, height: 20, width: 20)
    try LayerExpectation.isIndependentOfThreads(
      LayerProblem(.maxPooling(MaxPooling(kernel: 3, stride: 2, padding: 1)), [shape], batch: 3, &random))
  }
}
