import NetworkGraph
import Testing
import Training

@Suite struct AddLayerTests {
  @Test("two to four values of one shape, flattened maps beside vectors too", arguments: LayerDraw.seeds)
  func gradients(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let (map, count) = (random.map(), random.integer(in: 2...4))
    let flat = TensorShape([map.elementsPerSample])
    var maps = [TensorShape](repeating: random.element([map, flat]), count: count)
    if maps[0] == flat { maps = maps.map { _ in random.element([map, flat]) } }
    let shape = maps.contains(flat) ? flat : map
    var problem = try LayerProblem(
      .add(Add()), [TensorShape](repeating: shape, count: count), maps: maps, batch: random.batch(), &random)
    problem.isOneValue = Set(maps).count == 1 && random.bool(probability: 0.3)
    try LayerExpectation.holds(problem, &random)
  }
}
