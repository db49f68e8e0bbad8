import NetworkGraph
import Testing
import Training

@Suite struct FlattenLayerTests {
  @Test("a flattened map keeps its order and its gradient", arguments: LayerDraw.seeds.prefix(6))
  func gradients(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let problem = try LayerProblem(.flatten(Flatten()), [random.map()], batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }
}
