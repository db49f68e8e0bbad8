import Architectures
import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: parts of a batch go through the first layers by themselves")
struct PartWiseLayersTests {
  @Test(
    "parts of a batch meet at the first fully connected layer, which reads its weights once",
    arguments: [
      ("resnet50", "fc"), ("alexnet", "classifier.2"), ("squeezenet1_1", nil),
    ])
  func partWiseLayers(name: String, firstTogether: String?) throws {
    let network = try Architecture.named(name).network()
    let lowered = try LoweredNetwork.passed(network)
    let plan = planMemory(lowered)
    #expect(lowered.layers[plan.partWiseCount...].first?.name == firstTogether)
    let crossing = lowered.layers[plan.partWiseCount...].first?.inputs ?? [lowered.outputName]
    for layer in lowered.layers[..<plan.partWiseCount] {
      guard case .arena(let slice)? = plan.locations[layer.name] else { continue }
      #expect((slice.region == .batch) == crossing.contains(layer.name), "\(layer.name)")
    }
  }
}
