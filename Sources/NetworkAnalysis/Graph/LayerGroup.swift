import NetworkGraph

/// Layers that are drawn as one node. `GraphFolding` finds them.
struct LayerGroup {
  /// Why the layers belong together.
  enum Kind: Hashable {
    /// One layer, together with the layers that only change its output in place: normalisation, activation, dropout.
    case layer
    /// Several layers in a row.
    case chain
    /// Branches that leave one value and meet in one layer.
    case branches(Branches)
    /// Several such branches in a row, each of which adds channels to the channels it is given.
    case dense
  }

  /// The paths between one value and the layer in which they meet.
  struct Branches: Hashable {
    /// Number of the value from which all paths start, in the numbers of `NetworkWiring`.
    let fork: Int
    /// Number of the value in which all paths meet.
    let join: Int
  }

  /// The kind and the module of two groups that become one.
  struct Joint {
    let kind: Kind
    let module: LayerName?
  }

  var kind: Kind
  /// Numbers of the layers' outputs, ascending. The last is the group's output.
  var values: [Int]
  /// The path with which all names begin, where that path shows that the layers belong together.
  var module: LayerName?
  /// How many times the group's layers are repeated.
  var repeats = 1

  var exit: Int { values[values.count - 1] }
  /// The layers of the first repeat.
  var first: ArraySlice<Int> { values[..<(values.count / repeats)] }
}
