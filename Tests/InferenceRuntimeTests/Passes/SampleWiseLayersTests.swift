import Architectures
import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: the first layers run sample by sample")
struct SampleWiseLayersTests {
  @Test("early layers of large maps run sample by sample, and one value alone crosses to the others")
  func sampleWiseLayers() throws {
    let network = try Architecture.named("resnet50").network()
    let lowered = try LoweredNetwork.passed(network)
    let plan = planMemory(lowered)
    let (first, rest) = (lowered.layers[..<plan.sampleWiseCount], lowered.layers[plan.sampleWiseCount...])
    #expect(first.last?.outputShape == TensorShape([1024, 14, 14]))
    let crossing = Set(rest.flatMap(\.inputs)).intersection(first.map(\.name))
    #expect(crossing == [first.last!.name])
    for layer in lowered.layers {
      guard case .arena(let slice)? = plan.locations[layer.name] else { continue }
      // What crosses is a sum in its residual's place.
      let crosses = plan.locations[layer.name] == plan.locations[first.last!.name]
      #expect((slice.region == .sample) == (first.contains { $0.name == layer.name } && !crosses))
    }
  }
}
