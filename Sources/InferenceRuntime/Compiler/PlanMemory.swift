import NetworkGraph

/// Where each value lies in the arena of an instance.
struct MemoryPlan {
  /// Place of each layer's output.
  let locations: [String: ValueLocation]
  /// Floats needed for each sample of a batch.
  let arenaCount: Int
  /// Inputs of concatenations that lie in their result already; nothing is left to copy.
  let elided: Set<String>
}

/// Gives each layer's output a place in one arena; a place is used again once the last layer that reads it has run.
///
/// The inputs of a concatenation are written straight into their slice of its result, where channels make that a
/// contiguous slice. Values are placed in the order in which they are made, each into the lowest gap that fits (first
/// fit). Offsets are multiples of 16 floats, a cache line.
func planMemory(_ network: LoweredNetwork) -> MemoryPlan {
  let slices = concatenationSlices(network)
  let lastUses = lastUseIndices(network, slices)
  var live: [(range: Range<Int>, lastUse: Int)] = []
  var offsets: [String: Int] = [:]
  var locations: [String: ValueLocation] = [:]
  var arenaCount = 0
  let counts = Dictionary(uniqueKeysWithValues: network.layers.map { ($0.name, $0.storedCount) })
  for (index, layer) in network.layers.enumerated() {
    let owner = slices[layer.name]?.whole ?? layer.name
    if offsets[owner] == nil {
      live.removeAll { $0.lastUse < index }
      let count = roundedUpToCacheLine(counts[owner]!)
      let offset = lowestGap(of: count, among: live.map(\.range))
      live.append((offset..<offset + count, lastUses[owner] ?? index))
      offsets[owner] = offset
      arenaCount = max(arenaCount, offset + count)
    }
    locations[layer.name] = .arena(
      ArenaSlice(offset: offsets[owner]!, start: slices[layer.name]?.offset ?? 0, stride: counts[owner]!))
  }
  return MemoryPlan(locations: locations, arenaCount: arenaCount, elided: Set(slices.keys))
}

extension LoweredLayer {
  /// Floats that one sample of the output takes.
  var storedCount: Int { outputShape.storedCount(outputLayout) }
}

/// A value that is part of a larger one.
private struct Slice {
  let whole: String
  /// Floats from the start of a sample of the whole.
  let offset: Int
}

/// The inputs of blocked concatenations that can be written in place: made by a layer, and sliced nowhere else.
private func concatenationSlices(_ network: LoweredNetwork) -> [String: Slice] {
  var slices: [String: Slice] = [:]
  let makers = Dictionary(uniqueKeysWithValues: network.layers.map { ($0.name, $0) })
  var wholes: Set<String> = []
  for layer in network.layers {
    guard case .concatenate = layer.operation, layer.outputLayout != .planar else { continue }
    var offset = 0
    for input in layer.inputs {
      guard let maker = makers[input] else { continue }
      if slices[input] == nil, !wholes.contains(input) {
        slices[input] = Slice(whole: layer.name, offset: offset)
        wholes.insert(layer.name)
      }
      offset += maker.storedCount
    }
  }
  return slices
}

/// Index of the last layer that reads each value, or a slice of it; the network's output is read after the end.
private func lastUseIndices(_ network: LoweredNetwork, _ slices: [String: Slice]) -> [String: Int] {
  var lastUses: [String: Int] = [:]
  func use(_ value: String, at index: Int) {
    let owner = slices[value]?.whole ?? value
    lastUses[owner] = max(lastUses[owner] ?? 0, index)
  }
  for (index, layer) in network.layers.enumerated() {
    for input in layer.inputs { use(input, at: index) }
    use(layer.name, at: index)
  }
  use(network.outputName, at: network.layers.count)
  return lastUses
}

private func lowestGap(of count: Int, among ranges: [Range<Int>]) -> Int {
  var offset = 0
  for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
    if offset + count <= range.lowerBound { break }
    offset = max(offset, range.upperBound)
  }
  return offset
}
