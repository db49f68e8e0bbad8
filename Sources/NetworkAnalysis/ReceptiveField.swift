import NetworkGraph

/// The part of the input that one output unit can see. Pairs are height, width.
///
/// Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, Distill, 2019. Padding counts as
/// part of the field, so fields of deep layers are larger than the input.
public struct ReceptiveField: Codable, Hashable, Sendable {
  /// Extent in input pixels: `r' = r + (k - 1) j`, where `k` is the dilated kernel.
  public let size: [Int]
  /// Input pixels between the fields of neighbouring units: `j' = j s`.
  public let jump: [Int]
  /// Centre of the first unit's field in input pixels, the first pixel's centre being 0.5:
  /// `start' = start + ((k - 1) / 2 - p) j`.
  public let start: [Double]

  /// In the order of the names, as those of `LayerSummary`.
  enum CodingKeys: String, CodingKey {
    case jump, size, start
  }

  public init(size: [Int], jump: [Int], start: [Double]) {
    self.size = size
    self.jump = jump
    self.start = start
  }

  init(vertical: FieldInterval, horizontal: FieldInterval) {
    let axes = [vertical, horizontal]
    self.init(size: axes.map(\.size), jump: axes.map(\.jump), start: axes.map(\.centre))
  }
}

/// One axis of the first unit's field: input pixels `lower..<upper`, which begin left of the input where negative.
struct FieldInterval: Hashable {
  var lower = 0
  var upper = 1
  var jump = 1

  var size: Int { upper - lower }
  var centre: Double { Double(lower + upper) / 2 }

  /// The field through a window of dilated extent `extent`, whose first position begins `padding` units outside.
  func through(extent: Int, stride: Int, padding: Int) -> FieldInterval {
    FieldInterval(
      lower: Self.clamped(lower - padding * jump, 1 << 40),
      upper: Self.clamped(upper + (extent - 1 - padding) * jump, 1 << 40),
      jump: Self.clamped(jump * stride, 1 << 31))
  }

  /// Keeps networks that stride far past their input from overflowing; no real field comes near the bounds.
  private static func clamped(_ value: Int, _ bound: Int) -> Int {
    min(max(value, -bound), bound)
  }
}

extension FieldInterval {
  /// The field of a unit that sees one unit of each of `inputs`, given with the extents of their maps.
  ///
  /// Its neighbours lie as far apart as those in the largest map: a gate of one unit for the whole map has none.
  init(joining inputs: [(field: FieldInterval, extent: Int)]) {
    if inputs.count == 1 {
      self = inputs[0].field
      return
    }
    guard let largest = inputs.map(\.extent).max() else { return }
    lower = inputs.map(\.field.lower).min()!
    upper = inputs.map(\.field.upper).max()!
    jump = inputs.filter { $0.extent == largest }.map(\.field.jump).max()!
  }
}

/// Both axes of a field on its way through a network.
private struct Field {
  var vertical = FieldInterval()
  var horizontal = FieldInterval()

  func through(_ window: Window) -> Field {
    Field(
      vertical: vertical.through(
        extent: window.extent.height, stride: window.stride.height, padding: window.padding.top),
      horizontal: horizontal.through(
        extent: window.extent.width, stride: window.stride.width, padding: window.padding.left))
  }
}

extension Field {
  /// Both axes of `FieldInterval.init(joining:)`.
  init(joining inputs: [(field: Field, extent: Size2D)]) {
    vertical = FieldInterval(joining: inputs.map { ($0.field.vertical, $0.extent.height) })
    horizontal = FieldInterval(joining: inputs.map { ($0.field.horizontal, $0.extent.width) })
  }
}

extension Network {
  /// The receptive field of every layer, in the order of `nodes`; where branches meet, the union of theirs.
  ///
  /// Behind a gate of squeeze-and-excitation that is the whole input.
  public func receptiveFields(shapes: NetworkShapes) -> [ReceptiveField] {
    var fields = [Field()]
    fields.reserveCapacity(nodes.count + 1)
    return nodes.indices.map { index in
      let (node, layer) = (nodes[index], shapes.layers[index])
      let merged = Field(joining: zip(wiring.inputs[index], layer.inputs).map { (fields[$0], $1.spatial) })
      let window = layer.inputs.first.flatMap { node.operator.definition.window(for: $0) }
      let field = window.map(merged.through) ?? merged
      fields.append(field)
      return ReceptiveField(vertical: field.vertical, horizontal: field.horizontal)
    }
  }
}
