import Architectures
import KernelTemplates
import KernelsPortable
import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: memory is planned")
struct PlanMemoryTests {
  @Test(
    "values that live at the same time never share memory",
    arguments: ["googlenet", "resnet50", "squeezenet1_1", "efficientnet-lite0", "densenet121"], [true, false])
  func overlaps(name: String, isBlocked: Bool) throws {
    let network = try Architecture.named(name).network()
    let lowered = try LoweredNetwork.passed(network, for: isBlocked ? .portable : nil)
    let plan = planMemory(lowered)
    var lastUse = [lowered.outputName: lowered.layers.count]
    for (index, layer) in lowered.layers.enumerated() {
      for input in layer.inputs { lastUse[input] = max(lastUse[input] ?? 0, index) }
    }
    for (index, layer) in lowered.layers.enumerated() {
      let place = try #require(Place(layer, plan))
      #expect(place.floats.upperBound <= plan.count(of: place.region))
      for (earlierIndex, earlier) in lowered.layers[..<index].enumerated()
      where (lastUse[earlier.name] ?? earlierIndex) >= index {
        // A concatenation's result covers those of its inputs that were written in place, a sum takes its residual's.
        guard !(plan.elided.contains(earlier.name) && lowered.holds(layer, earlier)) else { continue }
        if layer.inputs.dropFirst().contains(earlier.name), lastUse[earlier.name] == index,
          plan.locations[earlier.name] == plan.locations[layer.name]
        {
          continue
        }
        let other = try #require(Place(earlier, plan))
        #expect(!place.overlaps(other), "\(layer.name) overwrites \(earlier.name)")
      }
    }
  }

  @Test("a sum takes the place of its residual, unless something else reads that or holds it")
  func sumsInPlace() throws {
    let lowered = try LoweredNetwork.passed(NetworkSamples.residualSums())
    let locations = planMemory(lowered).locations
    func replaces(_ sum: String, _ residual: String) -> Bool { locations[sum] == locations[residual] }
    #expect(!lowered.layers.contains { if case .add = $0.operation { true } else { false } }, "all are fused")
    #expect(replaces("first", "stem"))
    #expect(!replaces("second", "first"), "it is written into a concatenation")
    #expect(!replaces("third", "second"), "it is read once more")
    #expect(!replaces("fourth", "third"), "the convolution reads it too")
    #expect(!replaces("fifth", "fourth") && !replaces("sixth", "joined"), "concatenations have places of their own")
  }

  /// Floats of one sample in a region.
  private struct Place {
    let region: ArenaRegion
    let floats: Range<Int>

    init?(_ layer: LoweredLayer, _ plan: MemoryPlan) {
      guard case .arena(let slice)? = plan.locations[layer.name] else { return nil }
      region = slice.region
      floats = slice.offset + slice.start..<slice.offset + slice.start + layer.storedCount
    }

    func overlaps(_ other: Place) -> Bool { region == other.region && floats.overlaps(other.floats) }
  }
}

extension LoweredNetwork {
  /// Whether a layer is a concatenation of another one, or of concatenations of it.
  fileprivate func holds(_ layer: LoweredLayer, _ other: LoweredLayer) -> Bool {
    guard case .concatenate = layer.operation else { return false }
    return layer.inputs.contains { input in
      input == other.name || self.layer(input).map { holds($0, other) } ?? false
    }
  }
}

extension MemoryPlan {
  fileprivate func count(of region: ArenaRegion) -> Int {
    switch region {
    case .sample: sampleRegionCount
    case .part: partRegionCount
    case .batch: batchRegionCount
    }
  }
}
