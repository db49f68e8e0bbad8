import NetworkGraph

/// Where a network is divided into layers that stay as they are and layers that are trained, and how much that costs.
///
/// What is trained should hold about a quarter to a third of the multiply-accumulates: the last stage or a little more.
/// Maps at the boundary are kept for every view of every image, so small ones are better; among equally small ones the
/// share decides. That gives, for example:
///
/// | network | boundary | map | a view | trained |
/// | --- | --- | --- | --- | --- |
/// | ResNet-8, 32x32 | `block2.relu` | 32x16x16 | 32 KiB | 29 % |
/// | EfficientNet-Lite0 | `_blocks.11._bn2` | 192x7x7 | 37 KiB | 31 % |
/// | MobileNetV2 | `features.14.conv.3` | 160x7x7 | 31 KiB | 25 % |
/// | ResNet-50 | `layer3.3.relu` | 1024x14x14 | 784 KiB | 31 % |
struct FrozenBoundary: Hashable, Sendable {
  /// The last layer that stays as it is.
  let layer: String
  /// What it gives for one view, `[C, H, W]`.
  let mapShape: [Int]
  /// What part of the network's multiply-accumulates lies above.
  let trainedShare: Double

  /// Bytes of one view's map.
  var mapBytes: Int { mapShape.reduce(1, *) * MemoryLayout<Float>.size }

  static let wantedShare = 0.3
  static let acceptedShares = 0.18...0.42

  /// All boundaries of a network that give maps, from the input to the answer: those behind which something is left to
  /// train, and below which there is something to spare.
  ///
  /// - Throws: `ShapeError`.
  static func all(of network: Network) throws -> [FrozenBoundary] {
    let shapes = try network.inferShapes()
    let places = Dictionary(uniqueKeysWithValues: network.nodes.enumerated().map { ($1.name, $0) })
    let costs = zip(network.nodes, shapes.layers).map {
      $0.operator.definition.multiplyAccumulates(inputs: $1.inputs, output: $1.output)
    }
    let total = Double(max(costs.reduce(0, +), 1))
    let shared = network.sharedTensorRanges(shapes)
    return network.cutNodes.compactMap { name in
      let place = places[name]!
      let above = costs[(place + 1)...].reduce(0, +)
      guard shapes.layers[place].output.isFeatureMap, above > 0, costs[...place].contains(where: { $0 > 0 }),
        !shared.contains(where: { $0.contains(place) })
      else { return nil }
      return FrozenBoundary(
        layer: name, mapShape: shapes.layers[place].output.dimensions, trainedShare: Double(above) / total)
    }
  }

  /// The best boundary whose maps are small enough; of equal ones the last, above which the least is left to compute.
  ///
  /// - Parameter boundaries: from the input to the answer.
  /// - Parameter maximumMapBytes: for one view.
  /// - Returns: nothing where no map is that small.
  static func best(of boundaries: [FrozenBoundary], maximumMapBytes: Int) -> FrozenBoundary? {
    let affordable = boundaries.reversed().filter { $0.mapBytes <= maximumMapBytes }
    let suitable = affordable.filter { acceptedShares.contains($0.trainedShare) }
    if let best = suitable.min(by: { ($0.mapBytes, $0.distance) < ($1.mapBytes, $1.distance) }) { return best }
    return affordable.min { ($0.distance, $0.mapBytes) < ($1.distance, $1.mapBytes) }
  }

  /// How far the share is from the wanted one.
  private var distance: Double { abs(trainedShare - Self.wantedShare) }
}

extension Network {
  /// For each tensor that several layers use, the places from the first of them up to the one before the last: cut behind
  /// one of those, both parts would have it.
  fileprivate func sharedTensorRanges(_ shapes: NetworkShapes) -> [Range<Int>] {
    var uses: [String: Range<Int>] = [:]
    for (place, (node, layer)) in zip(nodes, shapes.layers).enumerated() {
      for parameter in node.operator.definition.parameters(for: layer.inputs) {
        let name = node.tensorName(parameter.role)
        uses[name] = (uses[name]?.lowerBound ?? place)..<place
      }
    }
    return uses.values.filter { !$0.isEmpty }
  }
}
