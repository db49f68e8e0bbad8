import Drawings

extension CalculatorResult: PicturedReport {
  /// The window over the padded input and the output that it makes, to scale, with the formula and the layer's costs.
  public var picture: SVGDocument {
    let section = sections[0]
    return WindowDiagram(
      title: section.heading, summary: formula, vertical: extent(0), horizontal: extent(1),
      inputLabel: "input " + layer.inputShapes[0].spaced, outputLabel: "output " + layer.outputShape.spaced,
      lines: section.remarks, figures: section.table.rows.map { .init($0[0].text, $0[1].text) }
    ).document
  }

  /// - Parameter axis: 0 for the height, 1 for the width.
  private func extent(_ axis: Int) -> WindowDiagram.Extent {
    guard let kernel = layer.kernel, let stride = layer.stride, let padding = layer.padding,
      let dilation = layer.dilation
    else { preconditionFailure("convolutions and poolings have windows") }
    return WindowDiagram.Extent(
      input: layer.inputShapes[0][axis + 1], before: padding[axis], after: padding[axis + 2], kernel: kernel[axis],
      stride: stride[axis], dilation: dilation[axis], output: layer.outputShape[axis + 1])
  }
}
