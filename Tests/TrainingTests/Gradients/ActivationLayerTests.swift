import InferenceRuntime
import NetworkGraph
import Testing
import Training

@Suite struct ActivationLayerTests {
  static let operators: [Operator] = [
    .relu(ReLU()), .relu6(ReLU6()), .leakyReLU(LeakyReLU(negativeSlope: 0.2)),
    .leakyReLU(LeakyReLU(negativeSlope: -0.3)), .leakyReLU(LeakyReLU(negativeSlope: 0)), .hardSwish(HardSwish()),
    .hardSigmoid(HardSigmoid()), .silu(SiLU()), .gelu(GELU()), .tanh(Tanh()), .sigmoid(Sigmoid()),
  ]

  @Test("each function, of maps, vectors and flattened maps", arguments: operators)
  func gradients(_ function: Operator) throws {
    for seed in LayerDraw.seeds.prefix(8) {
      var random = LayerDraw.generator(seed)
      let map = random.map()
      let (shape, place) =
        random.element([(map, map), (random.vector(), nil), (TensorShape([map.elementsPerSample]), map)])
      var problem = try LayerProblem(function, [shape], maps: place.map { [$0] }, batch: random.batch(), &random)
      // To both sides of every bend.
      problem.inputs[0] = problem.inputs[0].map { $0.map { 4 * $0 } }
      try LayerExpectation.holds(problem, &random)
    }
  }

  @Test("the network's own input")
  func networkInput() throws {
    var random = LayerDraw.generator(2)
    let problem = try LayerProblem(
      .relu(ReLU()), [TensorShape(channels: 3, height: 8, width: 7)], batch: 2, &random)
    for kernels in ProcessorKernels.allCases where kernels.isSupported {
      let result = try LayerHarness.run(problem, on: kernels, readsInput: true)
      #expect(result.output == problem.inputs[0].map { $0.map { max($0, 0) } }, "\(kernels)")
    }
  }

  @Test("the number of threads does not matter")
  func threads() throws {
    var random = LayerDraw.generator(3)
    try LayerExpectation.isIndependentOfThreads(
      LayerProblem(.silu(SiLU()), [TensorShape(channels: 70, height: 20, width: 20)], batch: 3, &random))
  }
}
