import NetworkGraph

/// Where each value lies in the arena of an instance.
struct MemoryPlan {
  /// Place of each layer's output.
  let locations: [String: ValueLocation]
  /// The first layers, which run one sample after the other.
  let sampleWiseCount: Int
  /// The layers, those first ones among them, that each part of a batch can go through by itself.
  let partWiseCount: Int
  /// Floats of the region for one sample.
  let sampleRegionCount: Int
  /// Floats, for each sample of a batch, of the regions for parts of it.
  let partRegionCount: Int
  /// Floats, for each sample of a batch, of the region for all.
  let batchRegionCount: Int
  /// The concatenations' inputs that already lie in the result, so that no copy is needed.
  let elided: Set<String>

  /// Most samples that layer `index` takes at once, in a plan for batches of `batch`.
  func maximumBatch(layer index: Int, of batch: Int) -> Int { index < sampleWiseCount ? 1 : batch }
}

/// Gives each layer's output a place in one arena. A place is used again after the last layer that reads it.
///
/// The inputs of a concatenation are written directly into their slices of the result, if the channels make that
/// slice contiguous. Sums are written over a residual that no other layer needs. Values that only the first layers
/// exchange have room for one sample alone.
func planMemory(_ network: LoweredNetwork) -> MemoryPlan {
  let owners = ValueOwners(network)
  let sampleWiseCount = sampleWiseLayers(network, owners)
  let partWiseCount = max(partWiseLayers(network), sampleWiseCount)
  var regions: [ArenaRegion: RegionPlan] = [.sample: RegionPlan(), .part: RegionPlan(), .batch: RegionPlan()]
  var places: [String: (region: ArenaRegion, offset: Int)] = [:]
  var locations: [String: ValueLocation] = [:]
  for (index, layer) in network.layers.enumerated() {
    let owner = owners.owner(of: layer.name)
    if places[owner] == nil {
      let lastUse = owners.lastUse[owner]!
      let region =
        lastUse < sampleWiseCount ? ArenaRegion.sample : lastUse < partWiseCount ? .part : .batch
      // In a region for more samples, one's first layers may be running while another one's value waits.
      let firstUse =
        switch region {
        case .sample: index
        case .part: index < sampleWiseCount ? 0 : index
        case .batch: index < partWiseCount ? 0 : index
        }
      places[owner] = (
        region, regions[region]!.place(owners.count(of: owner), firstUse: firstUse, lastUse: lastUse)
      )
    }
    let place = places[owner]!
    locations[layer.name] = .arena(
      ArenaSlice(
        region: place.region, offset: place.offset, start: owners.start(of: layer.name), stride: owners.count(of: owner)
      ))
  }
  return MemoryPlan(
    locations: locations, sampleWiseCount: sampleWiseCount, partWiseCount: partWiseCount,
    sampleRegionCount: regions[.sample]!.count, partRegionCount: regions[.part]!.count,
    batchRegionCount: regions[.batch]!.count, elided: owners.slices)
}

/// One region being filled: values in the order in which they are made, each in the lowest gap that fits (first fit).
/// Offsets are multiples of 16 floats, a cache line.
private struct RegionPlan {
  private(set) var count = 0
  private var live: [(range: Range<Int>, lastUse: Int)] = []

  mutating func place(_ valueCount: Int, firstUse: Int, lastUse: Int) -> Int {
    live.removeAll { $0.lastUse < firstUse }
    let valueCount = roundedUpToCacheLine(valueCount)
    let offset = lowestGap(of: valueCount)
    live.append((offset..<offset + valueCount, lastUse))
    count = max(count, offset + valueCount)
    return offset
  }

  private func lowestGap(of count: Int) -> Int {
    var offset = 0
    for (range, _) in live.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      if offset + count <= range.lowerBound { break }
      offset = max(offset, range.upperBound)
    }
    return offset
  }
}
