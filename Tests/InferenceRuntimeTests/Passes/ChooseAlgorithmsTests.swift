import KernelTemplates
import KernelsPortable
import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: each convolution gets an algorithm")
struct ChooseAlgorithmsTests {
  /// A cost for each algorithm, the same for every convolution.
  private struct Table: AlgorithmCosts {
    let costs: [String: Double]
    var weightBytes: [String: Int] = [:]

    func options(for convolution: SelectableConvolution) -> [AlgorithmOption] {
      ConvolutionAlgorithms.able(convolution.problem, on: .portable).compactMap { algorithm in
        costs[algorithm.name].map {
          AlgorithmOption(
            candidate: AlgorithmCandidate(algorithm), time: $0, weightBytes: weightBytes[algorithm.name] ?? 0)
        }
      }
    }
  }

  /// A cost model that has nothing to offer.
  private struct Refusal: AlgorithmCosts {
    static let error = AlgorithmError.unknown(algorithm: "fastest", known: ["direct"])

    func options(for _: SelectableConvolution) throws(AlgorithmError) -> [AlgorithmOption] { throw Self.error }
  }

  @Test(
    "the cheapest of those that can compute it",
    arguments: [
      ("first", "direct"), ("first", "winograd-f4-rows"), ("wide", "direct"), ("wide", "winograd-f2"),
      ("wide", "winograd-f4"), ("wide", "winograd-f6"),
    ])
  func cheapestAlgorithm(layer: String, name: String) throws {
    let names = ConvolutionAlgorithms.all.map(\.name)
    let costs = Dictionary(uniqueKeysWithValues: names.map { ($0, $0 == name ? 1.0 : 5) })
    let chosen = try choose(Table(costs: costs))
    #expect(chosen[layer] == name)
    // No others can compute these, whatever they cost.
    #expect(chosen["depthwise"] == "depthwise")
    #expect(chosen["last"] == "direct")
  }

  @Test("pass over pass gives the same, and changes nothing but the algorithms")
  func nothingElse() throws {
    let network = try Self.network()
    let memory = planMemory(network)
    let costs = EstimatedCosts(kernels: .portable, threadCount: 2)
    let once = try chooseAlgorithms(network, memory: memory, maximumBatch: 4, costs: costs)
    let twice = try chooseAlgorithms(once, memory: memory, maximumBatch: 4, costs: costs)
    #expect(once.outline == network.outline)
    #expect(once.layers.map(\.algorithm) == twice.layers.map(\.algorithm))
    // Conversions and poolings need none.
    #expect(once.layers.filter { $0.algorithm == nil }.map(\.name) == ["pool", "pool (planar)"])
  }

  @Test("what a cost model throws is thrown")
  func error() throws {
    let network = try Self.network()
    #expect(throws: Refusal.error) {
      try chooseAlgorithms(network, memory: planMemory(network), maximumBatch: 1, costs: Refusal())
    }
  }

  @Test("weights beyond the budget make the layer smaller that loses least by it")
  func budget() throws {
    let costs = ["winograd-f4": 1.0, "direct": 2e9, "depthwise": 9]
    let small = Table(costs: costs, weightBytes: ["winograd-f4": 1000, "direct": 10])
    #expect(try choose(small)["wide"] == "winograd-f4")
    let large = Table(costs: costs, weightBytes: ["winograd-f4": 400_000_000, "direct": 10])
    #expect(try choose(large)["wide"] == "direct")
  }

  @Test("transformed kernels take no more memory than there is, and give it where it saves most time")
  func weightBudget() {
    func option(_ candidate: AlgorithmCandidate, _ nanoseconds: Double, _ bytes: Int) -> AlgorithmOption {
      AlgorithmOption(candidate: candidate, time: nanoseconds, weightBytes: bytes)
    }
    let direct = AlgorithmCandidate(DirectConvolution())
    let f4 = AlgorithmCandidate(WinogradF4Convolution(), .tiles(28))
    let f2 = AlgorithmCandidate(WinogradF2Convolution(), .tiles(28))
    let layers = [
      [option(f4, 100, 400), option(f2, 120, 180), option(direct, 300, 100)],
      [option(f4, 100, 400), option(f2, 200, 180), option(direct, 300, 100)],
    ]
    #expect(cheapest(layers, weightBudget: 800) == [f4, f4])
    #expect(cheapest(layers, weightBudget: 799) == [f2, f4])
    #expect(cheapest(layers, weightBudget: 500) == [f2, f2])
    #expect(cheapest(layers, weightBudget: 0) == [direct, direct])
    // A little time is not worth many weights: others read from the same memory.
    #expect(cheapest([[option(f4, 100, 400), option(f2, 101, 180)]], weightBudget: 800) == [f2])
  }

  /// The algorithm of each convolution, by the layer's name.
  private func choose(_ costs: any AlgorithmCosts) throws -> [String: String] {
    let network = try Self.network()
    let chosen = try chooseAlgorithms(network, memory: planMemory(network), maximumBatch: 2, costs: costs)
    return Dictionary(
      uniqueKeysWithValues: chosen.layers.compactMap { layer in layer.algorithm.map { (layer.name, $0.algorithm.name) }
      })
  }

  private static func network() throws -> LoweredNetwork {
    var net = NetworkBuilder()
    net.append("first", .convolution(Convolution(outputChannels: 16, kernel: 3, padding: 1)))
    net.append("wide", .convolution(Convolution(outputChannels: 24, kernel: 3, padding: 1)))
    net.append("depthwise", .convolution(Convolution(outputChannels: 24, kernel: 3, padding: 1, groups: 24)))
    net.append("last", .convolution(Convolution(outputChannels: 10, kernel: 1)))
    net.append("pool", .globalAveragePooling(GlobalAveragePooling()))
    return try LoweredNetwork.passed(net.network(name: "four", inputShape: TensorShape([3, 12, 12])))
  }
}
