import NetworkGraph

/// Layers that are drawn as one: what `GraphFolding` finds.
struct LayerGroup {
  /// Why the layers belong together.
  enum Kind: Hashable {
    /// One layer, with what only follows it in its place: normalisation, activation, dropout.
    case layer
    /// Several layers in a row.
    case chain
    /// Branches that leave one value and meet in one layer.
    case branches(Branches)
    /// Such branches one after the other, each of which adds channels to those that it was given.
    case dense
  }

  /// Ways between one value and one layer.
  struct Branches: Hashable {
    /// The value that all of them leave, by the numbers of `NetworkWiring`.
    let fork: Int
    /// The value in which they meet.
    let join: Int
  }

  /// What two groups are together.
  struct Joint {
    let kind: Kind
    let module: LayerName?
  }

  var kind: Kind
  /// Numbers of the layers' outputs, ascending: the last is what the group gives.
  var values: [Int]
  /// The path that all names begin with, where that has told that the layers belong together.
  var module: LayerName?
  /// How many times the group's layers are repeated.
  var repeats = 1

  var exit: Int { values[values.count - 1] }
  /// The layers of one of the repeats, the first.
  var first: ArraySlice<Int> { values[..<(values.count / repeats)] }
}
