extension NetworkStatistics: Report {
  /// A table by operator, and a table of what convolutions save.
  public var sections: [ReportSection] { [operatorSection, denseSection] }

  private var operatorSection: ReportSection {
    ReportSection(
      heading: "\(name): input \(NumberFormat.shape(inputShape)), batch \(totals.batch), by operator",
      table: Table(
        columns: [
          .init("Operator", "operator", .left),
          .init("Layers", "layers", dispensability: 2),
          .init("Parameters", "parameters"),
          .init("of parameters", "parameters_share", dispensability: 1),
          .init("MACs", "macs"),
          .init("of MACs", "macs_share", dispensability: 1),
          .init("Activations", "activation_bytes", dispensability: 3),
          .init("of activations", "activation_bytes_share", dispensability: 4),
        ],
        rows: byOperator.map { row in
          [
            Table.Cell(row.operatorName), .grouped(row.layers), .grouped(row.parameters),
            .percent(row.parametersShare), .scaled(row.macs), .percent(row.macsShare),
            .bytes(row.activationBytes), .percent(row.activationBytesShare),
          ]
        }),
      remarks: totals.remarks)
  }

  /// What convolutions save against fully connected layers: the table of `denseEquivalent`.
  public var denseSection: ReportSection {
    ReportSection(
      heading: "Convolutions against fully connected layers between the same maps",
      table: Table(
        columns: [
          .init("Layer", "name", .left),
          .init("Parameters", "parameters"),
          .init("Unshared", "locally_connected_parameters", dispensability: 4),
          .init("Dense", "dense_parameters", dispensability: 1),
          .init("Sparsity", "sparse_connectivity_factor", dispensability: 2),
          .init("Sharing", "weight_sharing_factor", dispensability: 2),
          .init("Saved", "parameters_factor"),
          .init("MACs", "macs", dispensability: 5),
          .init("Dense MACs", "dense_macs", dispensability: 6),
          .init("MACs saved", "macs_factor", dispensability: 3),
        ],
        rows: (denseEquivalent.layers + [denseEquivalent.total]).map { row in
          [
            Table.Cell(row.name), .scaled(row.parameters), .scaled(row.locallyConnectedParameters),
            .scaled(row.denseParameters), .factor(row.sparseConnectivityFactor), .factor(row.weightSharingFactor),
            .factor(row.parametersFactor), .scaled(row.macs), .scaled(row.denseMacs), .factor(row.macsFactor),
          ]
        }),
      remarks: [
        "Sparsity: a locally connected layer (unshared weights) against a dense one. "
          + "Sharing: a convolution against the locally connected layer."
      ])
  }
}
