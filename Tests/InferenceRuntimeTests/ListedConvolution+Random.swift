import NetworkGraph

extension ListedConvolution {
  /// So many that plain loops in double precision take some tens of milliseconds.
  private static let mostMultiplyAccumulates = 3_000_000

  private enum Kind: CaseIterable {
    case unitStride3x3, strided3x3, planar, depthwise, pointwise, grouped, any
  }

  /// A possible convolution of any kind.
  static func random(seed: UInt64) -> ListedConvolution {
    var generator = SeededGenerator(seed: seed)
    while true {
      let drawn = draw(&generator)
      if let output = try? drawn.output,
        drawn.convolution.multiplyAccumulates(inputs: [drawn.input], output: output) * drawn.batch
          <= mostMultiplyAccumulates
      {
        return drawn
      }
    }
  }

  private static func draw(_ generator: inout SeededGenerator) -> ListedConvolution {
    func int(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }
    func size(_ range: ClosedRange<Int>) -> Size2D { Size2D(height: int(range), width: int(range)) }
    let kind = Kind.allCases.randomElement(using: &generator)!
    // Most often few channels, at times very many.
    func channels() -> Int { int(1...[8, 20, 70, 300, 1000].randomElement(using: &generator)!) }
    var (inputs, outputs) = (channels(), channels())
    var (kernel, stride, dilation, groups) = (size(1...7), size(1...3), size(1...2), 1)
    switch kind {
    case .unitStride3x3: (kernel, stride, dilation) = (3, 1, 1)
    case .strided3x3: (kernel, stride, dilation) = (3, 2, 1)
    case .planar:
      inputs = int(1...3)
      if int(0...2) > 0 { (kernel, dilation) = (Size2D(stride.width * int(3...4)), 1) }
    case .depthwise: (outputs, groups) = (inputs, inputs)
    case .pointwise: (kernel, dilation) = (1, 1)
    case .grouped:
      let lanes = [4, 8, 16].randomElement(using: &generator)!
      groups = int(2...4)
      (inputs, outputs) = (groups * lanes * int(1...3), groups * lanes * int(1...3))
    case .any: break
    }
    let edges = (0..<4).map { _ in int(0...[0, 1, 3, 9].randomElement(using: &generator)!) }
    let padding =
      int(0...2) == 0
      ? Padding.same : .edges(EdgePadding(top: edges[0], left: edges[1], bottom: edges[2], right: edges[3]))
    return ListedConvolution(
      inputs, int(1...40), int(1...40), to: outputs, kernel: kernel, stride: stride, padding: padding,
      dilation: dilation, groups: groups, Activation.all.randomElement(using: &generator)!,
      residual: .random(using: &generator), planar: kind == .planar, batch: int(1...8), threads: int(1...4))
  }
}
