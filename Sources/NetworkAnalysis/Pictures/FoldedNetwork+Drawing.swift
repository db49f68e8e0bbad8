import Drawings

extension Fold {
  var style: FlowDiagram.Style { self == .blocks ? .wide : .narrow }
}

extension FoldedNetwork {
  func diagram(title: String) -> FlowDiagram {
    let numbers = Dictionary(uniqueKeysWithValues: zip(nodes.map(\.id), 0...))
    return FlowDiagram(
      title: "\(title), layer by layer",
      summary: "From the input of \(NumberFormat.shape(inputShape)) at the top to the output at the bottom: "
        + "\(nodes.count - 2) nodes, \(NumberFormat.grouped(totals.parameters)) parameters, "
        + "\(NumberFormat.grouped(totals.macs)) multiply-accumulates. "
        + "Beside each way stands the shape of what goes there.",
      boxes: nodes.map(\.box),
      ways: edges.map { .init(from: numbers[$0.from]!, to: numbers[$0.to]!, label: $0.shape.spaced) },
      style: fold.style)
  }
}

extension [Int] {
  /// `64 × 56 × 56`, with spaces that do not break and the multiplication sign.
  var spaced: String { map(String.init).joined(separator: "\u{A0}×\u{A0}") }
}

extension FoldedNode {
  fileprivate var box: FlowDiagram.Box {
    FlowDiagram.Box(
      id: id, kind: drawnKind, name: name, label: isEnd ? nil : label, badge: repeats > 1 ? "×\u{A0}\(repeats)" : nil,
      figures: isEnd ? [] : figures, members: layers, description: description)
  }

  private var isEnd: Bool { kind == .input || kind == .output }

  private var drawnKind: FlowDiagram.Kind {
    switch kind {
    case .input: .input
    case .layer: .layer
    case .block: .block
    case .stage: .stage
    case .output: .output
    }
  }

  private var figures: [FlowDiagram.Figure] {
    [
      .init("params", parameters == 0 ? "–" : NumberFormat.scaled(parameters)),
      .init("MACs", macs == 0 ? "–" : NumberFormat.scaled(macs)),
      .init("memory", NumberFormat.bytes(activationBytes)), .init("field", fieldText),
    ]
  }

  private var fieldText: String {
    let size = receptiveField.size
    return size[0] == size[1] ? "\(size[0])" : "\(size[0])×\(size[1])"
  }

  /// All numbers with all digits, for the tooltip and for readers of the page's text.
  private var description: String {
    if isEnd { return "\(name): \(outputShape.spaced)" }
    return "\(name): \(label)" + (repeats > 1 ? ", \(repeats) times" : "") + ". "
      + "\(inputShapes.map(\.spaced).joined(separator: ", ")) to \(outputShape.spaced); "
      + "\(NumberFormat.grouped(parameters)) parameters, \(NumberFormat.grouped(macs)) multiply-accumulates, "
      + "\(NumberFormat.grouped(activationBytes)) bytes of outputs, receptive field \(fieldText)."
  }
}
