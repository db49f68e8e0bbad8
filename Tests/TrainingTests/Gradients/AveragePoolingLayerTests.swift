import NetworkGraph
import Testing
import Training

@Suite struct AveragePoolingLayerTests {
  @Test("average pooling of drawn windows", arguments: LayerDraw.seeds)
  func gradients(_ seed: UInt64) throws {
    var random = LayerDraw.generator(seed)
    let window = WindowDraw(isDilated: false, &random)
    let pooling = AveragePooling(
      kernel: window.kernel, stride: window.stride, padding: window.padding,
      ceilMode: random.bool(probability: 0.5), countIncludePad: random.bool(probability: 0.5))
    let problem = try LayerProblem(.averagePooling(pooling), [window.map], batch: random.batch(), &random)
    try LayerExpectation.holds(problem, &random)
  }

  @Test("a branch that pools the value that it is added to")
  func branch() throws {
    var random = LayerDraw.generator(0)
    let pooling = AveragePooling(kernel: 3, stride: 1, padding: 1)
    var problem = try LayerProblem(
      .averagePooling(pooling), [TensorShape(channels: 19, height: 6, width: 5)], batch: 2, &random)
    (problem.earlier, problem.isBranch) = (nil, true)
    try LayerExpectation.holds(problem, &random)
  }
}
