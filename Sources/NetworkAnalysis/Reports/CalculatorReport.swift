extension CalculatorResult: Report {
  /// One table of the layer's figures, with the formulas as remarks.
  public var sections: [ReportSection] {
    switch self {
    case .convolution(let result): result.sections
    case .pooling(let result): result.sections
    }
  }
}

extension ConvolutionResult {
  fileprivate var sections: [ReportSection] {
    [
      ReportSection(
        heading: layer.changeOfShape,
        table: .pairs([
          ("Parameters", "parameters", .grouped(layer.parameters)),
          ("MACs", "macs", .grouped(layer.macs)),
          ("Output in f32", "activation_bytes", .bytes(layer.activationBytes)),
          ("Parameters, not shared", "locally_connected_parameters", .grouped(dense.locallyConnectedParameters)),
          ("Parameters, dense", "dense_parameters", .grouped(dense.denseParameters)),
          ("MACs, dense", "dense_macs", .grouped(dense.denseMacs)),
          ("Seeing locally saves", "sparse_connectivity_factor", .factor(dense.sparseConnectivityFactor)),
          ("Sharing weights saves", "weight_sharing_factor", .factor(dense.weightSharingFactor)),
        ]),
        remarks: ExtentFormula.lines(formula)
          + ["Parameters: \(parametersFormula)", "MACs: \(macsFormula)", border.sentence])
    ]
  }
}

extension PoolingResult {
  fileprivate var sections: [ReportSection] {
    [
      ReportSection(
        heading: layer.changeOfShape,
        table: .pairs([
          ("Parameters", "parameters", .grouped(layer.parameters)),
          (kind == .max ? "Comparisons" : "Additions", "operations", .grouped(operations)),
          ("Output in f32", "activation_bytes", .bytes(layer.activationBytes)),
        ]),
        remarks: ExtentFormula.lines(formula) + [border.sentence])
    ]
  }
}

extension LayerSummary {
  fileprivate var changeOfShape: String {
    let name = operatorName.split(separator: "_").joined(separator: " ")
    return "\(name): \(NumberFormat.shape(inputShapes[0])) to \(NumberFormat.shape(outputShape))"
  }
}

extension Table {
  fileprivate static func pairs(_ rows: [(title: String, key: String, value: Cell)]) -> Table {
    Table(
      columns: [.init("Figure", "figure", .left), .init("Value", "value")],
      rows: rows.map { [Cell($0.title, exact: $0.key), $0.value] })
  }
}

extension BorderEffect {
  /// The effect of padding, in one sentence.
  var sentence: String {
    guard let outputWithout else { return "Without padding the window would not fit." }
    let size = NumberFormat.shape(outputWithout)
    if positions == 0 { return "There is nothing that padding saves: the output's maps are \(size) without it too." }
    return "Without padding the output's maps were \(size): padding saves \(NumberFormat.grouped(positions)) positions "
      + "of each (\(NumberFormat.percent(share)))."
  }
}
