import NetworkGraph
import Testing
import Training

@Suite struct MultiplyLayerTests {
  @Test("two values of one shape, one value with itself, flattened maps with vectors", arguments: LayerDraw.seeds)
  func products(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let map = random.map()
    let flat = TensorShape([map.elementsPerSample])
    let maps = random.element([[map, map], [flat, flat], [map, flat], [flat, map]])
    let shape = maps.contains(flat) ? flat : map
    var problem = try LayerProblem(.multiply(Multiply()), [shape, shape], maps: maps, batch: random.batch(), &random)
    problem.isOneValue = Set(maps).count == 1 && random.bool(probability: 0.3)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("maps and one factor a channel, in either order", arguments: LayerDraw.seeds)
  func factors(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let map = random.map()
    let factors = TensorShape(channels: map.channels, height: 1, width: 1)
    let shapes = random.element([[map, factors], [factors, map]])
    let problem = try LayerProblem(.multiply(Multiply()), shapes, batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("factors of the network's own input learn nothing of it")
  func networkInput() throws {
    var random = LayerDraw.generator(2)
    let shapes = [TensorShape(channels: 3, height: 4, width: 4), TensorShape(channels: 3, height: 1, width: 1)]
    var problem = try LayerProblem(.multiply(Multiply()), shapes, batch: 2, &random)
    problem.earlier = nil
    let inner = try LayerHarness.run(problem, on: .best)
    let result = try LayerHarness.run(problem, on: .best, readsInput: true)
    #expect(result.gradients == [inner.gradients[1]])
  }
}
