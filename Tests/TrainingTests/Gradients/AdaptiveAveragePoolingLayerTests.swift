import NetworkGraph
import Testing
import Training

@Suite struct AdaptiveAveragePoolingLayerTests {
  @Test("adaptive pooling to drawn sizes, larger ones than the map too", arguments: LayerDraw.seeds)
  func gradients(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let size = Size2D(height: random.integer(in: 1...7), width: random.integer(in: 1...7))
    let problem = try LayerProblem(
      .adaptiveAveragePooling(AdaptiveAveragePooling(outputSize: size)), [random.map()], batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("global pooling", arguments: LayerDraw.seeds.prefix(6))
  func global(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let problem = try LayerProblem(
      .globalAveragePooling(GlobalAveragePooling()), [random.map()], batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }
}
