import Architectures
import Foundation
import NetworkAnalysis
import NetworkGraph
import Testing

@Suite("Network summaries")
struct NetworkSummaryTests {
  private func object(_ value: some Encodable) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(value)) as? [String: Any])
  }

  /// JSON text with sorted keys, to compare objects by.
  private func canonical(_ object: Any) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: object, options: .sortedKeys), as: UTF8.self)
  }

  @Test("AlexNet's first layer and totals have the fields and the numbers of the API's documentation")
  func protocolExample() throws {
    let summary = try NetworkSummary(of: Architecture.named("alexnet").network())
    let layer = try object(summary.layers[0])
    let documented = """
      {"name": "features.0", "operator": "convolution", "inputs": ["input"],
       "input_shapes": [[3, 224, 224]], "output_shape": [64, 55, 55],
       "kernel": [11, 11], "stride": [4, 4], "padding": [2, 2, 2, 2], "dilation": [1, 1], "groups": 1,
       "weights": 23232, "biases": 64, "parameters": 23296,
       "macs": 70276800, "flops": 140553600, "activation_bytes": 774400, "weight_bytes": 93184,
       "receptive_field": {"size": [11, 11], "jump": [4, 4], "start": [3.5, 3.5]}}
      """
    let expected = try JSONSerialization.jsonObject(with: Data(documented.utf8))
    #expect(try canonical(layer) == canonical(expected))
    let totals = summary.totals
    #expect(totals.parameters == 61_100_840)
    #expect(totals.macs == 714_188_480)
    #expect(totals.flops == 1_428_376_960)
    #expect(totals.weightBytes == 244_403_360)
    #expect(
      Set(try object(totals).keys) == [
        "batch", "parameters", "macs", "flops", "weight_bytes", "activation_bytes", "peak_activation_bytes",
      ])
    #expect(Set(try object(summary).keys) == ["name", "input_shape", "layers", "totals"])
  }

  @Test("layers without a window leave its fields out")
  func absentFields() throws {
    let summary = try NetworkSummary(of: Architecture.named("lenet5").network())
    let keys = Set(try object(summary.layers[1]).keys)
    #expect(keys.isDisjoint(with: ["kernel", "stride", "padding", "dilation", "groups"]))
  }

  @Test("totals are the sums of the layers", arguments: Architecture.all.map(\.name))
  func sums(name: String) throws {
    let summary = try NetworkSummary(of: Architecture.named(name).network())
    #expect(summary.totals.parameters == summary.layers.reduce(0) { $0 + $1.weights + $1.biases })
    #expect(summary.totals.weightBytes == 4 * summary.totals.parameters)
    #expect(summary.totals.flops == 2 * summary.totals.macs)
    #expect(summary.totals.activationBytes == summary.layers.reduce(0) { $0 + $1.activationBytes })
    #expect(summary.totals.peakActivationBytes <= summary.totals.activationBytes + 4 * summary.inputShape.reduce(1, *))
  }

  @Test("a tensor that layers share counts once, with the first of them")
  func sharedTensor() throws {
    var builder = NetworkBuilder()
    builder.append("first", .fullyConnected(FullyConnected(outputFeatures: 3)))
    builder.append(
      "second", .fullyConnected(FullyConnected(outputFeatures: 3)), parameters: [.weight: "first.weight"])
    let network = try builder.network(name: "net", inputShape: TensorShape([3]))
    let summary = try NetworkSummary(of: network)
    #expect(summary.layers.map(\.weights) == [9, 0])
    #expect(summary.layers.map(\.biases) == [3, 3])
    #expect(summary.totals.parameters == 15)
    #expect(try NetworkStatistics(of: network).byOperator.map(\.parametersShare) == [1])
  }

  @Test("a batch multiplies arithmetic and activations, not parameters")
  func batch() throws {
    let network = try Architecture.named("resnet18").network()
    let one = try NetworkSummary(of: network).totals
    let eight = try NetworkSummary(of: network, input: TensorShape(batch: 8, [3, 224, 224])).totals
    #expect(eight.batch == 8)
    #expect(eight.parameters == one.parameters)
    #expect(eight.macs == 8 * one.macs)
    #expect(eight.activationBytes == 8 * one.activationBytes)
    #expect(eight.peakActivationBytes == 8 * one.peakActivationBytes)
  }

  @Test("the peak of a chain is its largest layer with its input; dropout and flatten cost nothing")
  func chainPeak() throws {
    // c1 and tanh1 of LeNet-5 hold 6x28x28 values each; nothing later comes near.
    let lenet = try NetworkSummary(of: Architecture.named("lenet5").network())
    #expect(lenet.totals.peakActivationBytes == 2 * 4 * 6 * 28 * 28)
    var builder = NetworkBuilder()
    for index in 0..<5 { builder.append("drop\(index)", .dropout(Dropout())) }
    builder.append("flatten", .flatten(Flatten()))
    let network = try builder.network(name: "net", inputShape: TensorShape([2, 3, 3]))
    #expect(try NetworkSummary(of: network).totals.peakActivationBytes == 4 * 18)
  }

  @Test("a shortcut keeps its tensor alive until the addition")
  func shortcutPeak() throws {
    var builder = NetworkBuilder()
    builder.append("a", .relu(ReLU()))
    builder.append("b", .relu(ReLU()))
    builder.append("c", .relu(ReLU()))
    builder.append("sum", .add(Add()), inputs: ["a", "c"])
    let network = try builder.network(name: "net", inputShape: TensorShape([1, 5, 5]))
    // While c runs, a waits and b is read: three maps. At the sum a, c and the sum: three again.
    #expect(try NetworkSummary(of: network).totals.peakActivationBytes == 3 * 4 * 25)
  }

  @Test("an impossible input is named")
  func impossible() throws {
    let network = try Architecture.named("vgg16").network()
    #expect(throws: ShapeError.self) { try NetworkSummary(of: network, input: TensorShape([3, 16, 16])) }
    #expect(throws: ShapeError.self) { try NetworkStatistics(of: network, input: TensorShape([84])) }
  }

  @Test("a summary survives JSON there and back")
  func roundTrip() throws {
    let summary = try NetworkSummary(of: Architecture.named("googlenet").network())
    #expect(try JSONDecoder().decode(NetworkSummary.self, from: JSONEncoder().encode(summary)) == summary)
  }
}
