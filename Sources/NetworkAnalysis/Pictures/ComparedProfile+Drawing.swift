import Drawings

extension ComparedProfile: PicturedReport {
  /// Bars for each layer from input to output: memory of outputs, parameters, multiply-accumulates and, where measured,
  /// time. A second network has a column of its own.
  public var picture: SVGDocument {
    DepthChart(
      title: "What each layer costs: " + all.map(\.title).joined(separator: " and "),
      summary: "Bars from the first layer at the left to the last at the right. "
        + all.map { $0.profile.sentence($0.title) }.joined(separator: " "),
      kinds: LayerKind.allCases.map(\.drawn), columns: all.map { $0.profile.column($0.title) }
    ).document
  }
}

/// The kinds of layers that bars show in different colours.
private enum LayerKind: Int, CaseIterable {
  case convolution, fullyConnected, other

  init(_ operatorName: String) {
    switch operatorName {
    case "convolution": self = .convolution
    case "fully_connected": self = .fullyConnected
    default: self = .other
    }
  }

  var drawn: DepthChart.Kind {
    switch self {
    case .convolution: .init(name: "convolution", colour: .blue, cssClass: "bar bar-convolution")
    case .fullyConnected: .init(name: "fully connected", colour: .ink, cssClass: "bar bar-fully-connected")
    case .other: .init(name: "all others", colour: .axisLine, cssClass: "bar bar-other")
    }
  }
}

extension NetworkProfile {
  fileprivate func column(_ title: String) -> DepthChart.Column {
    var strips = [
      strip("Memory of outputs", NumberFormat.bytes, "bytes", totals.activationBytes) { $0.activationBytes },
      strip("Parameters", NumberFormat.scaled, "parameters", totals.parameters) { $0.parameters },
      strip("Multiply-accumulates", NumberFormat.scaled, "multiply-accumulates", totals.macs) { $0.macs },
    ]
    if let milliseconds { strips.append(timeStrip(milliseconds)) }
    return DepthChart.Column(
      title: title, subtitle: "\(layers.count) layers, input \(NumberFormat.shape(inputShape))",
      bars: layers.map { .init(name: $0.name, kind: LayerKind($0.operatorName).rawValue) }, strips: strips)
  }

  private func strip(
    _ title: String, _ format: (Int) -> String, _ unit: String, _ total: Int, _ value: (LayerCost) -> Int
  ) -> DepthChart.Strip {
    let values = layers.map(value)
    return DepthChart.Strip(
      title: title, total: "\(format(total)) in all, at most \(format(values.max() ?? 0))",
      values: values.map(Double.init),
      notes: zip(layers, values).map { "\($0.name) (\($0.operatorName)): \(NumberFormat.grouped($1)) \(unit)" })
  }

  private func timeStrip(_ total: Double) -> DepthChart.Strip {
    func text(_ value: Double) -> String { NumberFormat.fixed(value, decimals: 3) + " ms" }
    let values = layers.map { $0.milliseconds ?? 0 }
    return DepthChart.Strip(
      title: "Time, measured on one thread",
      total: NumberFormat.fixed(total, decimals: 2) + " ms in all, at most \(text(values.max() ?? 0))",
      values: values, notes: zip(layers, values).map { "\($0.name) (\($0.operatorName)): \(text($1))" })
  }

  /// The layers with the most memory, the most parameters and the most arithmetic, as a sentence.
  fileprivate func sentence(_ title: String) -> String {
    func largest(_ value: (LayerCost) -> Int) -> String {
      layers.max { value($0) < value($1) }?.name ?? ""
    }
    return "\(title): the most memory is taken by the output of \(largest { $0.activationBytes }), the most parameters "
      + "are in \(largest { $0.parameters }), the most multiply-accumulates in \(largest { $0.macs })."
  }
}
