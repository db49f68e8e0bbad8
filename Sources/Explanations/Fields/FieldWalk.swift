import NetworkGraph

/// The pixels of the input that one unit depends on, found by going back through the network.
///
/// The closed form knows windows alone. At the right and lower edges there may be pixels that no window reaches, which a unit
/// whose own window lies in padding there would seem to see.
struct FieldWalk {
  /// Rows and columns of a value.
  struct Part: Hashable {
    var rows: Range<Int>
    var columns: Range<Int>

    func union(_ other: Part?) -> Part {
      guard let other else { return self }
      return Part(rows: Self.hull(rows, other.rows), columns: Self.hull(columns, other.columns))
    }

    private static func hull(_ one: Range<Int>, _ other: Range<Int>) -> Range<Int> {
      min(one.lowerBound, other.lowerBound)..<max(one.upperBound, other.upperBound)
    }
  }

  /// The smallest rectangle that holds them all; nil where there are none, since windows all lie in padding.
  static func input(of layer: Int, row: Int, column: Int, in layers: MapLayers) -> Part? {
    let network = layers.network
    // By number of the value: 0 is the input, i + 1 the output of node i.
    var parts = [Part?](repeating: nil, count: layer + 2)
    parts[layer + 1] = Part(rows: row..<row + 1, columns: column..<column + 1)
    for index in stride(from: layer, through: 0, by: -1) {
      guard let part = parts[index + 1] else { continue }
      for (place, value) in network.wiring.inputs[index].enumerated() {
        let shapes = layers.shapes.layers[index]
        let seen = seen(
          part, by: network.nodes[index].operator, input: shapes.inputs[place], output: shapes.output)
        if let seen { parts[value] = seen.union(parts[value]) }
      }
    }
    return parts[0]
  }

  /// What of an input a part of the output depends on.
  private static func seen(_ part: Part, by operator: Operator, input: TensorShape, output: TensorShape) -> Part? {
    let extent = input.spatial
    if case .adaptiveAveragePooling(let pooling) = `operator` {
      return Part(
        rows: regions(part.rows, of: pooling.outputSize.height, over: extent.height),
        columns: regions(part.columns, of: pooling.outputSize.width, over: extent.width))
    }
    if let window = `operator`.definition.window(for: input) {
      let rows = through(
        part.rows, extent: window.extent.height, stride: window.stride.height, padding: window.padding.top,
        size: extent.height)
      let columns = through(
        part.columns, extent: window.extent.width, stride: window.stride.width, padding: window.padding.left,
        size: extent.width)
      return rows.isEmpty || columns.isEmpty ? nil : Part(rows: rows, columns: columns)
    }
    // A vector, or one factor for each map, belongs to all of a map.
    guard extent == output.spatial else { return Part(rows: 0..<extent.height, columns: 0..<extent.width) }
    return part
  }

  private static func through(_ range: Range<Int>, extent: Int, stride: Int, padding: Int, size: Int) -> Range<Int> {
    let lower = range.lowerBound * stride - padding
    let upper = (range.upperBound - 1) * stride - padding + extent
    return (lower..<upper).clamped(to: 0..<size)
  }

  private static func regions(_ range: Range<Int>, of count: Int, over size: Int) -> Range<Int> {
    range.lowerBound * size / count..<(range.upperBound * size + count - 1) / count
  }
}
