import NetworkGraph

/// Which values lie within which others, and how long each piece of memory is needed.
struct ValueOwners {
  private struct Slice {
    let whole: String
    /// Floats from the start of a sample of the whole.
    let start: Int
  }

  /// Values that are written straight into a concatenation.
  private let sliceOf: [String: Slice]
  /// For sums that are written over their residual, the value whose memory that is.
  private let ownerOfSum: [String: String]
  private let counts: [String: Int]
  /// Index of the last layer that reads an owner or a slice of it; the network's output is read after the end.
  let lastUse: [String: Int]

  init(_ network: LoweredNetwork) {
    let slices = Self.concatenationSlices(network)
    let sums = Self.sumsInPlace(network, slices)
    sliceOf = slices
    ownerOfSum = sums
    counts = Dictionary(uniqueKeysWithValues: network.layers.map { ($0.name, $0.storedCount) })
    var lastUse: [String: Int] = [:]
    func use(_ value: String, at index: Int) { lastUse[slices[value]?.whole ?? sums[value] ?? value] = index }
    for (index, layer) in network.layers.enumerated() {
      for input in layer.inputs { use(input, at: index) }
      use(layer.name, at: index)
    }
    use(network.outputName, at: network.layers.count)
    self.lastUse = lastUse
  }

  /// Values that are written straight into a larger one.
  var slices: Set<String> { Set(sliceOf.keys) }

  /// The value whose memory `value` lies in, or whose place it takes: most often itself.
  func owner(of value: String) -> String { sliceOf[value]?.whole ?? ownerOfSum[value] ?? value }

  /// Floats from the start of a sample of the owner to `value`.
  func start(of value: String) -> Int { sliceOf[value]?.start ?? 0 }

  /// Floats of one sample.
  func count(of owner: String) -> Int { counts[owner]! }

  /// Owners of sums that are written over their residual, where nothing reads that afterwards: each place is read right
  /// before it is written, so it is in the cache already.
  private static func sumsInPlace(_ network: LoweredNetwork, _ slices: [String: Slice]) -> [String: String] {
    var lastReaders = [network.outputName: network.layers.count]
    for (index, layer) in network.layers.enumerated() {
      for input in layer.inputs { lastReaders[input] = max(lastReaders[input] ?? 0, index) }
    }
    var owners: [String: String] = [:]
    let counts = Dictionary(uniqueKeysWithValues: network.layers.map { ($0.name, $0.storedCount) })
    let concatenated = Set(slices.keys).union(slices.values.map(\.whole))
    for (index, layer) in network.layers.enumerated() {
      guard let residual = layer.residual, layer.inputs[0] != residual,
        concatenated.isDisjoint(with: [layer.name, residual]), lastReaders[residual] == index,
        counts[residual] == layer.storedCount
      else { continue }
      owners[layer.name] = owners[residual] ?? residual
    }
    return owners
  }

  /// The inputs of blocked concatenations that can be written in place: made by a layer, and sliced nowhere else. A
  /// concatenation that is an input of another one lies in that, as do its own inputs: DenseNet's grow so.
  private static func concatenationSlices(_ network: LoweredNetwork) -> [String: Slice] {
    var slices: [String: Slice] = [:]
    let makers = Dictionary(uniqueKeysWithValues: network.layers.map { ($0.name, $0) })
    for layer in network.layers {
      guard case .concatenate = layer.operation, case .blocked(let lanes) = layer.outputLayout,
        layer.joinsWholeBlocks(lanes: lanes)
      else { continue }
      var start = 0
      for input in layer.inputs {
        guard let maker = makers[input] else { continue }
        if slices[input] == nil { slices[input] = Slice(whole: layer.name, start: start) }
        start += maker.storedCount
      }
    }
    return slices.mapValues { outermost($0, slices) }
  }

  /// The slice as one of the value that lies in no other.
  private static func outermost(_ slice: Slice, _ slices: [String: Slice]) -> Slice {
    guard let outer = slices[slice.whole] else { return slice }
    return outermost(Slice(whole: outer.whole, start: outer.start + slice.start), slices)
  }
}
