import NetworkGraph

/// Where each value lies in the arena of an instance.
struct MemoryPlan {
  /// Offset in floats of each layer's output, for the whole batch.
  let offsets: [String: Int]
  /// Floats needed for one running instance.
  let arenaCount: Int
}

/// Gives each layer's output a place in one arena; a place is used again once the last layer that reads it has run.
///
/// Values are placed in the order in which they are made, each into the lowest gap that fits (first fit). Offsets are
/// multiples of 16 floats, a cache line.
func planMemory(_ network: LoweredNetwork, maximumBatch: Int) -> MemoryPlan {
  let lastUses = lastUseIndices(network)
  var live: [(range: Range<Int>, lastUse: Int)] = []
  var offsets: [String: Int] = [:]
  var arenaCount = 0
  for (index, layer) in network.layers.enumerated() {
    live.removeAll { $0.lastUse < index }
    let count = (layer.outputShape.elementsPerSample * maximumBatch + 15) / 16 * 16
    let offset = lowestGap(of: count, among: live.map(\.range))
    live.append((offset..<offset + count, lastUses[layer.name] ?? index))
    offsets[layer.name] = offset
    arenaCount = max(arenaCount, offset + count)
  }
  return MemoryPlan(offsets: offsets, arenaCount: arenaCount)
}

/// Index of the last layer that reads each value; the network's output is read after the end.
private func lastUseIndices(_ network: LoweredNetwork) -> [String: Int] {
  var lastUses: [String: Int] = [:]
  for (index, layer) in network.layers.enumerated() {
    for input in layer.inputs { lastUses[input] = index }
  }
  lastUses[network.outputName] = network.layers.count
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
