extension NetworkComparison: Report {
  /// One table with a row for each network, and the sources of published errors as remarks.
  public var sections: [ReportSection] {
    [
      ReportSection(
        heading: "Networks compared",
        table: Table(columns: ComparedNetwork.columns, rows: networks.map(\.cells)),
        remarks: ["MACs and memory at batch 1; FLOPs (1 MAC = 2 FLOPs)."] + sources)
    ]
  }

  private var sources: [String] {
    networks.compactMap { network in
      network.published.map { "\(network.name): \($0.dataset), \($0.source)" }
    }
  }
}

extension ComparedNetwork {
  fileprivate static let columns: [Table.Column] = [
    .init("Network", "name", .left),
    .init("Architecture", "architecture", .left, isForProgramsOnly: true),
    .init("Title", "title", .left, isForProgramsOnly: true),
    .init("Input", "input_shape", dispensability: 4),
    .init("Depth", "depth", dispensability: 3),
    .init("Layers", "layers", dispensability: 8),
    .init("Parameters", "parameters"),
    .init("MACs", "macs"),
    .init("FLOPs", "flops", dispensability: 7),
    .init("Weights", "weight_bytes", dispensability: 5),
    .init("Activations", "activation_bytes", dispensability: 9),
    .init("Peak", "peak_activation_bytes", dispensability: 6),
    .init("Top-1 error", "top1_error", dispensability: 1),
    .init("Top-5 error", "top5_error", dispensability: 2),
    .init("Images/s", "images_per_second", isForProgramsOnly: true),
    .init("Dataset", "dataset", .left, isForProgramsOnly: true),
    .init("Source", "source", .left, isForProgramsOnly: true),
  ]

  fileprivate var cells: [Table.Cell] {
    [
      Table.Cell(label, exact: name), Table.Cell(architecture), Table.Cell(title),
      Table.Cell(NumberFormat.shape(inputShape)),
      .grouped(depth), .grouped(layers), .scaled(parameters), .scaled(macs), .scaled(flops),
      .bytes(weightBytes), .bytes(activationBytes), .bytes(peakActivationBytes),
      error(published?.top1Error), error(published?.top5Error),
      Table.Cell(imagesPerSecond.map { "\($0)" } ?? ""),
      Table.Cell(published?.dataset ?? ""), Table.Cell(published?.source ?? ""),
    ]
  }

  /// The name for people, with the architecture in parentheses where the model's name differs from it.
  private var label: String { name == architecture ? name : "\(name) (\(architecture))" }

  private func error(_ percent: Double?) -> Table.Cell {
    guard let percent else { return Table.Cell("-", exact: "") }
    return Table.Cell(NumberFormat.fixed(percent, decimals: 2) + " %", exact: "\(percent)")
  }
}
