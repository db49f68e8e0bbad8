import NetworkGraph
import Training

/// A drawn window, and a map on which each of its places holds at least one real value.
struct WindowDraw {
  let map: TensorShape
  let kernel: Size2D
  let stride: Size2D
  let dilation: Size2D
  let padding: Padding

  /// - Parameter isDilated: whether the window may be.
  init(isDilated: Bool, _ random: inout CounterGenerator) {
    func size(_ range: ClosedRange<Int>, _ random: inout CounterGenerator) -> Size2D {
      Size2D(height: random.integer(in: range), width: random.integer(in: range))
    }
    kernel = size(1...4, &random)
    stride = size(1...5, &random)
    dilation = isDilated ? size(1...2, &random) : 1
    let extent = Size2D(
      height: (kernel.height - 1) * dilation.height + 1, width: (kernel.width - 1) * dilation.width + 1)
    func edge(_ extent: Int, _ random: inout CounterGenerator) -> Int { random.integer(in: 0...(extent - 1)) }
    padding = .edges(
      EdgePadding(
        top: edge(extent.height, &random), left: edge(extent.width, &random), bottom: edge(extent.height, &random),
        right: edge(extent.width, &random)))
    let drawn = random.map()
    map = TensorShape(
      channels: drawn.channels, height: max(drawn.spatial.height, extent.height),
      width: max(drawn.spatial.width, extent.width))
  }
}
