import NetworkGraph
import Testing
import Training

@Suite struct LocalResponseNormalizationLayerTests {
  @Test("drawn neighbourhoods, even ones and such that reach over all channels", arguments: LayerDraw.seeds)
  func gradients(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let normalization = LocalResponseNormalization(
      size: random.integer(in: 1...9), alpha: Float(random.uniform(in: 0.1...2)),
      beta: random.bool(probability: 0.5) ? 0.75 : Float(random.uniform(in: 0.3...1.5)),
      k: Float(random.uniform(in: 0.5...2)))
    let problem = try LayerProblem(
      .localResponseNormalization(normalization), [random.map()], batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("with k = 0 what pads the channels stays finite")
  func padding() throws {
    var random = LayerDraw.generator(4)
    let normalization = LocalResponseNormalization(size: 3, alpha: 3, beta: 0.75, k: 0)
    let problem = try LayerProblem(
      .localResponseNormalization(normalization), [TensorShape(channels: 5, height: 3, width: 3)], batch: 1, &random)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("the number of threads does not matter")
  func threads() throws {
    var random = LayerDraw.generator(5)
    let problem = try LayerProblem(
      .localResponseNormalization(LocalResponseNormalization()), [TensorShape(channels: 70, height: 20, width: 20)],
      batch: 3, &random)
    try LayerExpectation.isIndependentOfThreads(problem)
  }
}
