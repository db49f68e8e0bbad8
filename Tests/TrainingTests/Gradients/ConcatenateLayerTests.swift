import NetworkGraph
import Testing
import Training

@Suite struct ConcatenateLayerTests {
  @Test("one to four maps along each axis, whatever the channels", arguments: LayerDraw.seeds, 1...3)
  func maps(_ seed: UInt64, axis: Int) throws {
    var random = LayerDraw.generator(seed)
    let map = random.map()
    var shapes: [TensorShape] = []
    for _ in 0..<random.integer(in: 1...4) {
      var dimensions = map.dimensions
      // Whole blocks now and then.
      dimensions[axis - 1] = axis == 1 && random.bool(probability: 0.3) ? 16 : random.integer(in: 1...21)
      shapes.append(TensorShape(dimensions))
    }
    var problem = try LayerProblem(
      .concatenate(Concatenate(axis: axis)), shapes, batch: random.batch(), &random)
    problem.isOneValue = Set(shapes).count == 1 && !problem.isBranch
    try LayerExpectation.holds(problem, &random)
  }

  @Test("vectors and flattened maps", arguments: LayerDraw.seeds)
  func vectors(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    var maps: [TensorShape] = []
    for _ in 0..<random.integer(in: 1...4) {
      let map = TensorShape(
        channels: random.integer(in: 1...20), height: random.integer(in: 1...3), width: random.integer(in: 1...3))
      maps.append(random.element([map, random.vector()]))
    }
    let shapes = maps.map { TensorShape([$0.elementsPerSample]) }
    let problem = try LayerProblem(.concatenate(Concatenate()), shapes, maps: maps, batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("the number of threads does not matter", arguments: 1...3)
  func threads(axis: Int) throws {
    var random = LayerDraw.generator(3)
    let shape = TensorShape(channels: 35, height: 20, width: 20)
    try LayerExpectation.isIndependentOfThreads(
      LayerProblem(.concatenate(Concatenate(axis: axis)), [shape, shape], batch: 3, &random))
  }
}
