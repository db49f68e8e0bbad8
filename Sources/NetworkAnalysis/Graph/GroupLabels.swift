import NetworkGraph

/// Names and descriptions of groups of layers, in the words of papers' figures.
struct GroupLabels {
  let network: Network
  let shapes: NetworkShapes

  private func node(_ value: Int) -> Node { network.nodes[value - 1] }
  private func inputs(_ value: Int) -> [Int] { network.wiring.inputs[value - 1] }

  // MARK: - Names

  /// Name of the layer, or of the module that holds all layers. A row of repeats has the names of the first and the
  /// last.
  func name(of group: LayerGroup) -> String {
    guard group.repeats > 1 else { return name(of: group.values[...], group).text }
    let last = group.values[(group.values.count - group.first.count)...]
    return LayerName.range(name(of: group.first, group), name(of: last, group))
  }

  private func name(of values: ArraySlice<Int>, _ group: LayerGroup) -> LayerName {
    let leading = LayerName(node(values[values.startIndex]).name)
    guard group.kind != .layer else { return leading }
    let common = LayerName.common(values.map { LayerName(node($0).name) })
    guard !common.parts.isEmpty else { return leading }
    // The name of the module itself, even where one part of the module holds all of its layers.
    return LayerName(parts: Array(common.parts.prefix(group.module?.parts.count ?? common.parts.count)))
  }

  // MARK: - Labels

  func label(of group: LayerGroup) -> String {
    switch group.kind {
    case .layer: words(group.first)
    case .chain: "block: " + path(wayThrough(group.first))
    case .branches(let branches): label(group.first, branches)
    case .dense: denseLabel(group.first)
    }
  }

  /// The first layer and its followers, such as `3x3 conv, 64 + BN + ReLU`.
  private func words(_ values: ArraySlice<Int>) -> String {
    ([describe(values[values.startIndex])] + values.dropFirst().map { followerName(node($0).operator) })
      .joined(separator: " + ")
  }

  private func label(_ values: ArraySlice<Int>, _ branches: LayerGroup.Branches) -> String {
    let own = Set(values)
    // The label describes the first repeat.
    let (fork, join) = (branches.fork, own.contains(branches.join) ? branches.join : values.last!)
    let ways = inputs(join).map { way(back: $0, to: fork, within: own) }
    let before = values.filter { $0 <= fork }.filter(isWorthNaming)
    let lead = before.isEmpty ? "" : path(before) + ", then "
    switch node(join).operator {
    case .add: return "residual: " + lead + residual(ways)
    case .multiply: return "gated: " + lead + path(way(back: inputs(join)[0], to: fork, within: own))
    case .concatenate where isDense(values, fork, join): return denseLabel(inputs(join), from: fork, within: own)
    default: return "branches: " + lead + ways.map { $0.isEmpty ? "as it is" : shortPath($0) }.joined(separator: " | ")
    }
  }

  private func residual(_ ways: [[Int]]) -> String {
    let sorted = ways.sorted { $0.count > $1.count }
    let shortcut = sorted.dropFirst().first { !$0.isEmpty }
    return path(sorted[0]) + (shortcut.map { " (shortcut " + shortPath($0) + ")" } ?? "")
  }

  /// The label of dense steps in a row. Each step concatenates its input with its new channels.
  private func denseLabel(_ values: ArraySlice<Int>) -> String {
    let joins = values.filter(isConcatenation)
    guard let first = joins.first, let given = inputs(first).first, let made = inputs(first).last else {
      return "dense"
    }
    return denseLabel(layers: joins.count, made, from: given, within: Set(values))
  }

  /// The label of dense steps that each take the outputs of all steps before them.
  private func denseLabel(_ joined: [Int], from fork: Int, within own: Set<Int>) -> String {
    guard let made = joined.first(where: { $0 != fork }) else { return "dense" }
    return denseLabel(layers: joined.count - 1, made, from: fork, within: own)
  }

  private func denseLabel(layers: Int, _ made: Int, from given: Int, within own: Set<Int>) -> String {
    let step = shortPath(way(back: made, to: given, within: own))
    return "dense: \(layers) layers, +\(shapes.layers[made - 1].output.channels) channels each: \(step)"
  }

  /// Whether the layers of a block take all outputs before them, and the block's output holds them too.
  private func isDense(_ values: ArraySlice<Int>, _ fork: Int, _ join: Int) -> Bool {
    inputs(join).contains(fork)
      && values.contains { $0 != join && isConcatenation($0) && inputs($0).contains(fork) && inputs($0).count > 1 }
  }

  private func isConcatenation(_ value: Int) -> Bool {
    if case .concatenate = node(value).operator { true } else { false }
  }

  /// The layers worth naming on the path through a group, along first inputs.
  private func wayThrough(_ values: ArraySlice<Int>) -> [Int] {
    guard let last = values.last else { return [] }
    return way(back: last, to: -1, within: Set(values))
  }

  /// The layers worth naming on the path between two values, followed back along first inputs, in the order of
  /// computation.
  private func way(back from: Int, to fork: Int, within own: Set<Int>) -> [Int] {
    var (way, value) = ([Int](), from)
    while value != fork, own.contains(value), let input = inputs(value).first {
      if isWorthNaming(value) { way.append(value) }
      value = input
    }
    return way.reversed()
  }

  private func isWorthNaming(_ value: Int) -> Bool {
    let `operator` = node(value).operator
    switch `operator` {
    case .multiply: return true
    case .maxPooling, .averagePooling, .adaptiveAveragePooling, .globalAveragePooling: return true
    default: return `operator`.traits.isWeighted
    }
  }

  private func path(_ values: some Collection<Int>) -> String { values.map(brief).joined(separator: " · ") }

  private func shortPath(_ values: some Collection<Int>) -> String { values.map(kernel).joined(separator: " ") }

  // MARK: - Layers

  /// A layer in full: `7x7 conv, 64, /2`.
  private func describe(_ value: Int) -> String {
    switch node(value).operator {
    case .convolution(let convolution):
      return "\(convolutionName(value, convolution)), \(convolution.outputChannels)"
        + stride(convolution.stride) + dilation(convolution.dilation)
    case .fullyConnected(let layer): return "fully connected, \(layer.outputFeatures)"
    case .maxPooling, .averagePooling, .adaptiveAveragePooling, .globalAveragePooling: return poolingName(value)
    case .add: return "add"
    case .channelSlice(let slice): return "channels \(slice.start) to \(slice.start + slice.count - 1)"
    case .channelPadding(let padding): return "\(padding.before + padding.after) channels of zeros"
    case .localResponseNormalization: return "local response norm"
    case let other: return followerName(other)
    }
  }

  /// A layer as a part of a path: `3x3, 64, /2`.
  private func brief(_ value: Int) -> String {
    switch node(value).operator {
    case .convolution(let convolution):
      "\(kernel(value)), \(convolution.outputChannels)" + stride(convolution.stride)
    case .maxPooling, .averagePooling, .adaptiveAveragePooling, .globalAveragePooling: poolingName(value)
    default: kernel(value)
    }
  }

  /// A layer in its shortest form: `3x3`.
  private func kernel(_ value: Int) -> String {
    switch node(value).operator {
    case .convolution(let convolution):
      "\(convolution.kernel)" + (isDepthwise(value, convolution) ? " depthwise" : grouping(convolution))
    case .multiply: "gate"
    case .maxPooling: "max"
    case .averagePooling, .adaptiveAveragePooling, .globalAveragePooling: "average"
    default: describe(value)
    }
  }

  private func convolutionName(_ value: Int, _ convolution: Convolution) -> String {
    "\(convolution.kernel) " + (isDepthwise(value, convolution) ? "depthwise conv" : "conv" + grouping(convolution))
  }

  private func isDepthwise(_ value: Int, _ convolution: Convolution) -> Bool {
    convolution.groups > 1 && convolution.groups == shapes.layers[value - 1].inputs[0].channels
  }

  private func grouping(_ convolution: Convolution) -> String {
    convolution.groups > 1 ? " in \(convolution.groups) groups" : ""
  }

  private func poolingName(_ value: Int) -> String {
    switch node(value).operator {
    case .maxPooling(let pooling): "\(pooling.kernel) max pool" + stride(pooling.stride) + dilation(pooling.dilation)
    case .averagePooling(let pooling): "\(pooling.kernel) average pool" + stride(pooling.stride)
    case .adaptiveAveragePooling(let pooling): "average pool to \(pooling.outputSize)"
    default: "global average pool"
    }
  }

  private func stride(_ stride: Size2D) -> String {
    guard stride != 1 else { return "" }
    return stride.height == stride.width ? ", /\(stride.height)" : ", /\(stride)"
  }

  private func dilation(_ dilation: Size2D) -> String {
    guard dilation != 1 else { return "" }
    return ", dilation " + (dilation.height == dilation.width ? "\(dilation.height)" : "\(dilation)")
  }

  /// The name of a follower, as figures abbreviate it.
  private func followerName(_ operator: Operator) -> String {
    switch `operator` {
    case .batchNormalization: "BN"
    case .relu: "ReLU"
    case .relu6: "ReLU6"
    case .leakyReLU: "leaky ReLU"
    case .prelu: "PReLU"
    case .silu: "SiLU"
    case .gelu: "GELU"
    case let other: other.name.split(separator: "_").joined(separator: " ")
    }
  }
}
