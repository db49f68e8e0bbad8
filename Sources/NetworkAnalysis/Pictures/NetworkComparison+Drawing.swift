import Drawings

extension NetworkComparison: PicturedReport {
  /// Published accuracy over arithmetic, or over throughput on this machine. There is a panel for each data set, and a
  /// table of all numbers with their sources.
  public var picture: SVGDocument {
    switch plot {
    case .operations: operationsChart.document
    case .throughput: throughputChart.document
    }
  }

  private var operationsChart: BubbleChart {
    let drawn = networks.filter { $0.accuracy != nil }
    return BubbleChart(
      title: "Accuracy against operations",
      summary: "\(drawn.count) networks by their published top-1 accuracy (upwards) and their multiply-accumulates (to "
        + "the right); the area of a circle is the number of parameters. The table below names the sources.",
      panels: datasets(drawn).map { dataset in
        Self.panel(
          "Top-1 accuracy on \(dataset) against multiply-accumulates", "multiply-accumulates",
          drawn.filter { $0.published?.dataset == dataset }.map { $0.bubble(x: Double($0.macs)) })
      },
      yTitle: "top-1 accuracy", withoutY: "", areaTitle: Self.area, columns: Self.columns(["MACs"]),
      rows: networks.map { $0.row([NumberFormat.scaled($0.macs)]) })
  }

  private var throughputChart: BubbleChart {
    let measured = networks.filter { $0.imagesPerSecond != nil }
    return BubbleChart(
      title: "Accuracy against speed on this machine",
      summary:
        "\(measured.count) loaded models by the top-1 accuracy published for their networks (upwards) and the images "
        + "that this machine computes in a second, one after the other on one thread (to the right); the area of a circle "
        + "is the number of parameters. The table below names the sources.",
      panels: [
        Self.panel(
          "Accuracy against images per second on this machine", "images per second, one thread",
          measured.map { $0.bubble(x: $0.imagesPerSecond ?? 0) })
      ],
      yTitle: "top-1 accuracy, as published", withoutY: "no accuracy published for these weights",
      areaTitle: Self.area, columns: Self.columns(["MACs", "Images/s"]),
      rows: networks.map { network in
        let speed = network.imagesPerSecond.map { NumberFormat.fixed($0, decimals: 1) } ?? "–"
        return network.row([NumberFormat.scaled(network.macs), speed])
      })
  }

  private static let area = "area: parameters"

  private static func panel(
    _ title: String, _ scale: String, _ bubbles: [BubbleChart.Bubble]
  ) -> BubbleChart.Panel {
    .init(title: title, bubbles: bubbles, scale: .init(title: scale, around: bubbles.map(\.x), label: short))
  }

  private static func columns(_ more: [String]) -> [String] {
    ["Network", "Parameters"] + more + ["Top-1 accuracy", "Source"]
  }

  /// A value of an axis, which has one significant digit: `200 M`.
  private static func short(_ value: Double) -> String {
    guard value >= 1 else { return "\(value)" }
    let text = NumberFormat.scaled(Int(value))
    let (number, unit) = (text.prefix { $0 != " " }, text.drop { $0 != " " })
    return (number.hasSuffix(".00") ? String(number.dropLast(3)) : String(number)) + unit
  }

  /// The data sets, the one with the most networks first.
  private func datasets(_ networks: [ComparedNetwork]) -> [String] {
    Dictionary(grouping: networks) { $0.published?.dataset ?? "" }
      .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map(\.key)
  }
}

extension ComparedNetwork {
  /// Top-1 accuracy in percent; `nil` where no top-1 error was published.
  fileprivate var accuracy: Double? { published?.top1Error.map { 100 - $0 } }

  private var accuracyText: String { accuracy.map { NumberFormat.fixed($0, decimals: 2) + "\u{A0}%" } ?? "–" }

  /// The architecture's title, or a model's own name.
  private var drawnName: String { name == architecture ? title : name }

  fileprivate func bubble(x: Double) -> BubbleChart.Bubble {
    let speed = imagesPerSecond.map { ", \(NumberFormat.fixed($0, decimals: 1)) images per second" } ?? ""
    return .init(
      name: drawnName, x: x, y: accuracy.map { $0 / 100 }, area: Double(parameters),
      note: "\(drawnName): top-1 accuracy \(accuracyText), \(NumberFormat.grouped(macs)) multiply-accumulates, "
        + "\(NumberFormat.grouped(parameters)) parameters\(speed)")
  }

  fileprivate func row(_ cells: [String]) -> [String] {
    let source = published.map { "\($0.dataset): \($0.source)" } ?? "–"
    return [drawnName, NumberFormat.scaled(parameters)] + cells + [accuracyText, source]
  }
}
