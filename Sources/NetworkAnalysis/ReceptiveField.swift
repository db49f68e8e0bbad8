import NetworkGraph

/// The part of the network's input that one output value sees. Pairs are height and width.
///
/// Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, Distill, 2019. Padding counts as
/// part of the field, so fields of deep layers may be larger than the input.
public struct ReceptiveField: Codable, Hashable, Sendable {
  /// Extent of the field in input pixels. A window of dilated extent `k` enlarges it: `r' = r + (k - 1) j`.
  public let size: [Int]
  /// Distance between the fields of neighbouring output values, in input pixels. A stride `s` multiplies it:
  /// `j' = j s`.
  public let jump: [Int]
  /// Centre of the first output value's field, in input pixels from the input's upper left edge: the centre of the
  /// first pixel is 0.5. A window with padding `p` moves it: `start' = start + ((k - 1) / 2 - p) j`.
  public let start: [Double]

  /// Sorted by name, as in `LayerSummary`.
  enum CodingKeys: String, CodingKey {
    case jump, size, start
  }

  /// Makes a field from pairs of height and width.
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

/// One axis of the first output value's field: input pixels `lower..<upper`. A negative `lower` lies in the padding.
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

  /// Keeps the numbers of networks whose windows stride far past their input from overflowing. No real field comes near
  /// the bounds.
  private static func clamped(_ value: Int, _ bound: Int) -> Int {
    min(max(value, -bound), bound)
  }
}

extension FieldInterval {
  /// The field of a value that sees one value of each of `inputs`, which are given with the extents of their maps.
  ///
  /// Neighbouring outputs lie as far apart as in the largest map. A gate of one value for the whole map has no
  /// neighbours, and so does not count.
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

/// Both axes of a field.
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
  /// The receptive field of every layer, in the order of `nodes`. Where branches meet, the field is the union of
  /// theirs.
  ///
  /// Behind a gate of squeeze-and-excitation the field is the whole input, because the gate sees the whole map.
  ///
  /// - Parameter shapes: the result of `inferShapes(input:)` for this network.
  /// - Complexity: linear in the number of layers and their inputs.
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
