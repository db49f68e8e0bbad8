import InferenceRuntime
import NetworkGraph
import Testing
import Training

@Suite struct SoftmaxLayerTests {
  @Test("softmax of vectors, at each position of maps, and of flattened maps", arguments: LayerDraw.seeds)
  func gradients(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let map = random.map()
    let small = TensorShape(channels: random.integer(in: 1...20), height: 3, width: 2)
    let (shape, place) =
      random.element([(map, map), (random.vector(), nil), (TensorShape([small.elementsPerSample]), small)])
    let problem = try LayerProblem(
      .softmax(Softmax()), [shape], maps: place.map { [$0] }, batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("large values overflow nowhere")
  func stable() throws {
    var random = LayerDraw.generator(1)
    var problem = try LayerProblem(.softmax(Softmax()), [TensorShape([11])], batch: 1, &random)
    problem.inputs[0] = [(0..<11).map { Float($0) * 100 - 300 }]
    for kernels in ProcessorKernels.allCases where kernels.isSupported {
      let result = try LayerHarness.run(problem, on: kernels)
      #expect(result.output[0].dropLast().allSatisfy { $0 < 1e-30 })
      #expect(result.output[0][10] == 1)
      #expect(result.gradients[0][0].allSatisfy(\.isFinite))
    }
  }

  @Test("the number of threads does not matter")
  func threads() throws {
    var random = LayerDraw.generator(3)
    try LayerExpectation.isIndependentOfThreads(
      LayerProblem(.softmax(Softmax()), [TensorShape(channels: 70, height: 20, width: 20)], batch: 3, &random))
  }
}
