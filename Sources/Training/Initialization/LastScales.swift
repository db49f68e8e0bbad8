import NetworkGraph

extension Network {
  /// Names of the scales of the batch normalisations that end residual branches.
  ///
  /// An addition whose deepest input is a batch normalisation joins a residual block; depth counts convolutions from the
  /// network's input. Of a projection with a batch normalisation of its own, which is less deep, the scale is none of them:
  /// with both at 0 nothing would pass.
  func lastScales() -> Set<String> {
    let byName = Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0) })
    let depths = convolutionDepths()
    var names: Set<String> = []
    for node in nodes {
      guard case .add = node.operator else { continue }
      let byDepth = node.inputs.sorted { depths[$0]! > depths[$1]! }
      guard depths[byDepth[0]]! > depths[byDepth[1]]!, let last = byName[byDepth[0]],
        case .batchNormalization = last.operator
      else { continue }
      names.insert(last.tensorName(.weight))
    }
    return names
  }

  /// For each node, the most convolutions on a way from the network's input to it.
  private func convolutionDepths() -> [String: Int] {
    var depths = [Self.inputName: 0]
    for node in nodes {
      let above = node.inputs.map { depths[$0]! }.max() ?? 0
      if case .convolution = node.operator { depths[node.name] = above + 1 } else { depths[node.name] = above }
    }
    return depths
  }
}
