import NetworkGraph

/// How the layers of a network are grouped into nodes for drawing. Raw values are used in JSON and on the command line.
public enum Fold: String, CaseIterable, Codable, Sendable {
  /// Residual blocks, Inception modules, dense blocks and the like become one node each. Equal ones in a row become one
  /// node together.
  case blocks
  /// Every layer is a node of its own.
  case none
}

/// Finds the layers of a network that people name as one block.
///
/// 1. Branches that start at one value and meet in one layer are one block. They are found by dominators, the outermost
/// first. A block of more than half of all layers is left open, because it is the network and not a part of it.
/// 2. Layers that only change a layer's output in place (normalisation, activation, dropout) are grouped with that
/// layer.
/// 3. Blocks in a row that only add channels to their input become one dense block.
/// 4. Neighbours in a row become one block where their names place them in the same module, and other blocks of this
/// network have such names. Examples are the squeeze layer of a fire module, and a block without a shortcut among
/// blocks with one.
/// 5. Equal neighbours in a row are merged. Equal means the same operators, connected alike, over the same shapes.
struct GraphFolding {
  private let network: Network
  private let shapes: NetworkShapes
  private let dominators: Dominators
  private let names: [LayerName]
  private var groups: [LayerGroup] = []
  /// The group of each value; the input has none.
  private var groupOf: [Int]

  /// The groups in an order in which they can be computed.
  static func groups(of network: Network, shapes: NetworkShapes, fold: Fold) -> [LayerGroup] {
    switch fold {
    case .none:
      return network.nodes.indices.map { LayerGroup(kind: .layer, values: [$0 + 1]) }
    case .blocks:
      var folding = GraphFolding(network, shapes)
      folding.foldBranches()
      folding.foldFollowers()
      folding.join { $0.isDenseStep($1, $2) }
      folding.joinModules()
      return folding.mergedRepeats()
    }
  }

  private init(_ network: Network, _ shapes: NetworkShapes) {
    (self.network, self.shapes) = (network, shapes)
    dominators = Dominators(network.wiring)
    names = [LayerName(parts: [])] + network.nodes.map { LayerName($0.name) }
    groupOf = [Int](repeating: -1, count: network.nodes.count + 1)
  }

  private func node(_ value: Int) -> Node { network.nodes[value - 1] }
  private func inputs(_ value: Int) -> [Int] { network.wiring.inputs[value - 1] }
  private func name(of group: LayerGroup) -> LayerName { .common(group.values.lazy.map { names[$0] }) }

  // MARK: - Branches

  private mutating func foldBranches() {
    for fork in dominators.takers.indices where dominators.takers[fork].count > 1 {
      let join = dominators.behind[fork]
      guard join < dominators.end, dominators.before[join] == fork, groupOf[join] < 0 else { continue }
      let inner = layersBetween(fork, join)
      guard 2 * (inner.count + 1) <= network.nodes.count else { continue }
      append(LayerGroup(kind: .branches(.init(fork: fork, join: join)), values: inner + [join]))
    }
  }

  /// The values on all paths between two values, both ends excluded, in ascending order.
  private func layersBetween(_ fork: Int, _ join: Int) -> [Int] {
    var (found, waiting) = (Set<Int>(), dominators.takers[fork])
    while let value = waiting.popLast() {
      guard value != join, found.insert(value).inserted else { continue }
      waiting += dominators.takers[value]
    }
    return found.sorted()
  }

  private mutating func append(_ group: LayerGroup) {
    for value in group.values { groupOf[value] = groups.count }
    groups.append(group)
  }

  // MARK: - Followers

  private mutating func foldFollowers() {
    for value in 1..<groupOf.count where groupOf[value] < 0 {
      guard let leader = leader(of: value) else {
        append(LayerGroup(kind: .layer, values: [value]))
        continue
      }
      groups[leader].values.append(value)
      groupOf[value] = leader
    }
    groups.sort { $0.exit < $1.exit }
    for (index, group) in groups.enumerated() {
      for value in group.values { groupOf[value] = index }
    }
  }

  /// The group that the layer joins because it only changes that group's output in place; `nil` where it begins a group
  /// of its own.
  private func leader(of value: Int) -> Int? {
    guard node(value).operator.traits.isFollower, let input = inputs(value).first, input > 0,
      inputs(value).count == 1, dominators.takers[input].count == 1
    else { return nil }
    let group = groupOf[input]
    // A normalisation behind a block may begin the next part, as in a transition of DenseNet.
    if case .branches = groups[group].kind, !name(of: groups[group]).contains(names[value]) { return nil }
    return groups[group].exit == input ? group : nil
  }

  // MARK: - Neighbours

  /// Puts neighbours in a row together, where no other layer takes the value between them. `joint` says what two
  /// neighbours are together, or `nil` where they stay apart.
  private mutating func join(
    _ joint: (_ folding: GraphFolding, _ one: LayerGroup, _ next: LayerGroup) -> LayerGroup.Joint?
  ) {
    var joined: [LayerGroup] = []
    // For the output of each group, the group's index in `joined`.
    var placeOf: [Int: Int] = [:]
    for group in groups {
      if let before = neighbour(before: group), let place = placeOf[before],
        let joint = joint(self, joined[place], group)
      {
        joined[place].values += group.values
        (joined[place].kind, joined[place].module) = (joint.kind, joint.module)
        placeOf[before] = nil
        placeOf[group.exit] = place
      } else {
        placeOf[group.exit] = joined.count
        joined.append(group)
      }
    }
    groups = joined.sorted { $0.exit < $1.exit }
  }

  /// The only value that a group takes, where no other group takes it; `nil` otherwise.
  private func neighbour(before group: LayerGroup) -> Int? {
    let own = Set(group.values)
    let taken = Set(group.values.lazy.flatMap { inputs($0) }).subtracting(own)
    guard taken.count == 1, let value = taken.first, value > 0 else { return nil }
    return dominators.takers[value].allSatisfy(own.contains) ? value : nil
  }

  /// A dense block, where both groups concatenate their input with their new channels; `nil` otherwise.
  private func isDenseStep(_ one: LayerGroup, _ next: LayerGroup) -> LayerGroup.Joint? {
    isDense(one) && isDense(next) ? LayerGroup.Joint(kind: .dense, module: nil) : nil
  }

  private func isDense(_ group: LayerGroup) -> Bool {
    switch group.kind {
    case .dense: return true
    case .layer, .chain: return false
    case .branches(let branches):
      guard group.exit == branches.join, case .concatenate = node(branches.join).operator else { return false }
      return inputs(branches.join).contains(branches.fork)
    }
  }

  private mutating func joinModules() {
    let patterns = Set(
      groups.filter { $0.kind != .layer }.map { name(of: $0) }.filter { !$0.parts.isEmpty }.map(\.parentPattern))
    guard !patterns.isEmpty else { return }
    join { folding, one, next in
      guard let module = folding.name(of: one).ancestor(in: patterns),
        module == folding.name(of: next).ancestor(in: patterns)
      else { return nil }
      return LayerGroup.Joint(kind: Self.kind(one.kind, next.kind), module: module)
    }
  }

  /// The kind of two groups in one module. Where the second group ends in a join of branches, the module is described
  /// by those branches.
  private static func kind(_ one: LayerGroup.Kind, _ next: LayerGroup.Kind) -> LayerGroup.Kind {
    switch (one, next) {
    case (_, .branches(let branches)): .branches(branches)
    case (.dense, _), (_, .dense): .dense
    case (.layer, .layer), (.chain, .layer), (.layer, .chain), (.chain, .chain), (.branches, .layer),
      (.branches, .chain):
      .chain
    }
  }

  // MARK: - Repeats

  private func mergedRepeats() -> [LayerGroup] {
    var merged: [LayerGroup] = []
    var placeOf: [Int: Int] = [:]
    for group in groups {
      if let before = neighbour(before: group), let place = placeOf[before],
        isEqual(merged[place].first, group.values[...])
      {
        merged[place].values += group.values
        merged[place].repeats += 1
        placeOf[before] = nil
        placeOf[group.exit] = place
      } else {
        placeOf[group.exit] = merged.count
        merged.append(group)
      }
    }
    return merged.sorted { $0.exit < $1.exit }
  }

  /// Whether both have the same operators, connected alike, over the same shapes.
  private func isEqual(_ one: ArraySlice<Int>, _ other: ArraySlice<Int>) -> Bool {
    guard one.count == other.count else { return false }
    let places = Dictionary(uniqueKeysWithValues: zip(one, 0...))
    let otherPlaces = Dictionary(uniqueKeysWithValues: zip(other, 0...))
    return zip(one, other).allSatisfy { value, otherValue in
      node(value).operator == node(otherValue).operator
        && shapes.layers[value - 1] == shapes.layers[otherValue - 1]
        && inputs(value).map { places[$0] } == inputs(otherValue).map { otherPlaces[$0] }
    }
  }
}
