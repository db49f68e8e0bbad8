import NetworkGraph

/// How many of the first layers run one sample after the other, before the other layers run all samples of a batch at
/// once.
///
/// The first layers of a network have large maps and few weights. One sample's maps stay in the cache from layer to
/// layer, but the maps of a batch do not. The last layers have small maps and many weights, which are better read
/// once for all samples. The limit lies where the two savings together are largest, among the places that a single
/// value crosses.
func sampleWiseLayers(_ network: LoweredNetwork, _ owners: ValueOwners) -> Int {
  var crossing: [String: Int] = [:]
  var (saved, best, bestCount) = (0, 0, 0)
  for (index, layer) in network.layers.enumerated() {
    crossing = crossing.filter { $0.value > index }
    let owner = owners.owner(of: layer.name)
    if owners.lastUse[owner]! > index { crossing[owner] = owners.lastUse[owner]! }
    saved += layer.mapCount - layer.weightCount
    if saved > best, crossing.count == 1 { (best, bestCount) = (saved, index + 1) }
  }
  return bestCount
}

extension LoweredLayer {
  /// Floats of one sample that the layer reads and writes.
  fileprivate var mapCount: Int {
    storedCount + zip(inputShapes, inputLayouts).reduce(0) { $0 + $1.0.storedCount($1.1) }
  }
}
