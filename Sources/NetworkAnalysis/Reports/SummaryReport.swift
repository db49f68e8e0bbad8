extension NetworkSummary: Report {
  /// One table with a row for each layer, and the network's totals as remarks.
  public var sections: [ReportSection] {
    [
      ReportSection(
        heading: "\(name): input \(NumberFormat.shape(inputShape)), batch \(totals.batch)",
        table: Table(columns: LayerSummary.columns, rows: layers.map(\.cells)),
        remarks: totals.remarks)
    ]
  }
}

extension NetworkTotals {
  var remarks: [String] {
    [
      "Parameters: \(NumberFormat.grouped(parameters)) (\(NumberFormat.bytes(weightBytes)) in f32)",
      "MACs: \(NumberFormat.scaled(macs))",
      "FLOPs (1 MAC = 2 FLOPs): \(NumberFormat.scaled(flops))",
      "Activations: \(NumberFormat.bytes(activationBytes)) in all layers, "
        + "at most \(NumberFormat.bytes(peakActivationBytes)) at one time",
    ]
  }
}

extension LayerSummary {
  fileprivate static let columns: [Table.Column] = [
    .init("Layer", "name", .left),
    .init("Operator", "operator", .left, dispensability: 5),
    .init("Output", "output_shape"),
    .init("Kernel", "kernel", dispensability: 3),
    .init("Stride", "stride", dispensability: 4),
    .init("Padding", "padding", dispensability: 7),
    .init("Dilation", "dilation", dispensability: 9, isForProgramsOnly: true),
    .init("Groups", "groups", dispensability: 8),
    .init("Weights", "weights", isForProgramsOnly: true),
    .init("Biases", "biases", isForProgramsOnly: true),
    .init("Parameters", "parameters"),
    .init("MACs", "macs"),
    .init("FLOPs", "flops", isForProgramsOnly: true),
    .init("Activation", "activation_bytes", dispensability: 2),
    .init("Weight bytes", "weight_bytes", isForProgramsOnly: true),
    .init("Field", "receptive_field_size", dispensability: 6),
    .init("Jump", "receptive_field_jump", isForProgramsOnly: true),
    .init("Start", "receptive_field_start", isForProgramsOnly: true),
    .init("Inputs", "inputs", isForProgramsOnly: true),
    .init("Input shapes", "input_shapes", isForProgramsOnly: true),
  ]

  fileprivate var cells: [Table.Cell] {
    [
      Table.Cell(name), Table.Cell(operatorName), shape(outputShape),
      shape(kernel), edges(stride), edges(padding), edges(dilation), Table.Cell(groups.map(String.init) ?? ""),
      .grouped(weights), .grouped(biases), .grouped(parameters), .scaled(macs), .scaled(flops),
      .bytes(activationBytes), .bytes(weightBytes),
      shape(receptiveField.size), shape(receptiveField.jump),
      Table.Cell(receptiveField.start.map { "\($0)" }.joined(separator: "x")),
      Table.Cell(inputs.joined(separator: " ")),
      Table.Cell(inputShapes.map(NumberFormat.shape).joined(separator: " ")),
    ]
  }

  private func shape(_ dimensions: [Int]?) -> Table.Cell { Table.Cell(dimensions.map(NumberFormat.shape) ?? "") }

  private func edges(_ values: [Int]?) -> Table.Cell {
    Table.Cell(values.map(NumberFormat.edges) ?? "", exact: values.map(NumberFormat.shape) ?? "")
  }

}

extension Table.Cell {
  /// `61,100,840`.
  static func grouped(_ value: Int) -> Table.Cell { Table.Cell(NumberFormat.grouped(value), exact: String(value)) }

  /// `4.09 G`.
  static func scaled(_ value: Int) -> Table.Cell { Table.Cell(NumberFormat.scaled(value), exact: String(value)) }

  /// `774.40 kB`.
  static func bytes(_ value: Int) -> Table.Cell { Table.Cell(NumberFormat.bytes(value), exact: String(value)) }

  /// `58.6 %`.
  static func percent(_ share: Double) -> Table.Cell {
    Table.Cell(NumberFormat.percent(share), exact: "\(share)")
  }

  /// `9.1x`.
  static func factor(_ value: Double) -> Table.Cell { Table.Cell(NumberFormat.factor(value), exact: "\(value)") }
}
