import NetworkGraph
import Testing
import Training

@Suite struct ParametricReLULayerTests {
  @Test("one slope a channel or one for all, of maps, vectors and flattened maps", arguments: LayerDraw.seeds)
  func gradients(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let map = random.map()
    // The slopes of a flattened map are as many as its values.
    let small = TensorShape(channels: random.integer(in: 1...20), height: 3, width: 2)
    let (shape, place) =
      random.element([(map, map), (random.vector(), nil), (TensorShape([small.elementsPerSample]), small)])
    let problem = try LayerProblem(
      .prelu(PReLU(isShared: random.bool(probability: 0.5))), [shape], maps: place.map { [$0] },
      batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("frozen slopes get no gradient, the input does")
  func frozen() throws {
    var random = LayerDraw.generator(1)
    let problem = try LayerProblem(
      .prelu(PReLU()), [TensorShape(channels: 9, height: 4, width: 4)], batch: 2, &random)
    let free = try LayerHarness.run(problem, on: .best)
    let frozen = try LayerHarness.run(problem, on: .best, frozen: [LayerProblem.slopeName])
    #expect(frozen.gradients == free.gradients)
    #expect(frozen.slopeGradient.allSatisfy { $0 == 0 })
    #expect(free.slopeGradient.contains { $0 != 0 })
  }

  @Test("slopes that take the network's own input learn")
  func networkInput() throws {
    var random = LayerDraw.generator(2)
    let problem = try LayerProblem(
      .prelu(PReLU()), [TensorShape(channels: 3, height: 4, width: 4)], batch: 2, &random)
    let inner = try LayerHarness.run(problem, on: .best)
    let result = try LayerHarness.run(problem, on: .best, readsInput: true)
    #expect(result.gradients.isEmpty)
    #expect(result.slopeGradient == inner.slopeGradient)
  }

  @Test("the number of threads does not matter")
  func threads() throws {
    var random = LayerDraw.generator(3)
    try LayerExpectation.isIndependentOfThreads(
      LayerProblem(.prelu(PReLU()), [TensorShape(channels: 70, height: 20, width: 20)], batch: 3, &random))
  }
}
