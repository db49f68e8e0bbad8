import NetworkGraph
import Testing
import Training

@Suite struct ChannelSelectionLayerTests {
  @Test("padding before and after", arguments: LayerDraw.seeds)
  func padding(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let padding = ChannelPadding(before: random.integer(in: 0...20), after: random.integer(in: 0...20))
    try LayerExpectation.holds(
      LayerProblem(.channelPadding(padding), [random.map()], batch: random.batch(), &random), &random)
  }

  @Test("shuffles", arguments: LayerDraw.seeds)
  func shuffle(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let (groups, map) = (random.integer(in: 1...5), random.map())
    let shape = TensorShape(
      channels: groups * random.integer(in: 1...9), height: map.spatial.height, width: map.spatial.width)
    try LayerExpectation.holds(
      LayerProblem(.channelShuffle(ChannelShuffle(groups: groups)), [shape], batch: random.batch(), &random), &random)
  }

  @Test("slices", arguments: LayerDraw.seeds)
  func slice(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let map = random.map()
    let start = random.integer(below: map.channels)
    let slice = ChannelSlice(start: start, count: random.integer(in: 1...(map.channels - start)))
    try LayerExpectation.holds(
      LayerProblem(.channelSlice(slice), [map], batch: random.batch(), &random), &random)
  }

  @Test("the number of threads does not matter")
  func threads() throws {
    var random = LayerDraw.generator(3)
    try LayerExpectation.isIndependentOfThreads(
      LayerProblem(
        .channelShuffle(ChannelShuffle(groups: 2)), [TensorShape(channels: 70, height: 20, width: 20)], batch: 3,
        &random))
  }
}
