import Architectures
import KernelTemplates
import KernelTestSupport
import KernelsPortable
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

@Suite("How the algorithms of a network are chosen")
struct AlgorithmSelectionTests {
  @Test(
    "a fixed algorithm computes every convolution", arguments: ["direct", "winograd-f2", "winograd-f4", "winograd-f6"])
  func fixed(name: String) throws {
    let plan = try Self.compile(Self.winogradNetwork(), .fixed(name))
    #expect(Self.algorithms(plan) == ["before": name, "layer": name])
  }

  @Test("the algorithms of AMX are fixed on plain kernels", arguments: ["direct-bf16x2", "winograd-f2-bf16x2"])
  func fixedSplit(name: String) throws {
    let plan = try Self.compile(Self.winogradNetwork(), .fixed(name), on: .plainSplit)
    #expect(Self.algorithms(plan) == ["before": name, "layer": name])
  }

  @Test("a fixed algorithm that cannot compute a layer is an error that says which, why, and what can")
  func inapplicable() throws {
    let error = #expect(throws: AlgorithmError.self) {
      try Self.compile(Self.mixedNetwork(), .fixed("winograd-f4"))
    }
    #expect(
      error
        == .inapplicable(
          algorithm: "winograd-f4", layer: "first",
          reason: "it reads maps in blocks, not the network's own input", able: ["direct", "winograd-f4-rows"]))
    #expect(
      error?.description
        == "the algorithm winograd-f4 cannot compute layer first: it reads maps in blocks, not the network's own input; "
        + "the layer can be computed by direct, winograd-f4-rows")
  }

  @Test(
    "each reason for which an algorithm declines",
    arguments: [
      ("depthwise", "it takes one group for each channel, and as many outputs as inputs"),
      ("winograd-f4-rows", "it reads the network's own input"),
      ("direct-bf16x2", "the kernels portable multiply no tiles of bfloat16"),
      ("winograd-f2-bf16x2", "the kernels portable multiply no tiles of bfloat16"),
      ("winograd-f4-stride2", "it takes stride 2"), ("winograd-f2-stride2", "it takes stride 2"),
    ])
  func reasons(name: String, reason: String) throws {
    #expect(
      throws: AlgorithmError.inapplicable(
        algorithm: name, layer: "before", reason: reason,
        able: ["direct", "winograd-f4", "winograd-f6", "winograd-f2"])
    ) { try Self.compile(Self.winogradNetwork(), .fixed(name)) }
  }

  @Test("a name that no algorithm has is an error that lists those that there are", arguments: [true, false])
  func unknown(isFixed: Bool) throws {
    let error = #expect(throws: AlgorithmError.self) {
      try Self.compile(Self.mixedNetwork(), isFixed ? .fixed("winograd-f3") : .preferred("winograd-f3"))
    }
    #expect(error == .unknown(algorithm: "winograd-f3", known: AlgorithmSelection.algorithmNames))
    #expect(AlgorithmSelection.algorithmNames == AlgorithmExpectation.all.map(\.name))
  }

  @Test("a preferred algorithm computes what it can, the estimated ones compute the rest")
  func preferred() throws {
    let plan = try Self.compile(Self.mixedNetwork(), .preferred("winograd-f2"))
    let estimated = Self.algorithms(try Self.compile(Self.mixedNetwork(), .estimated))
    #expect(
      Self.algorithms(plan) == [
        "first": estimated["first"], "wide": "winograd-f2", "strided": estimated["strided"],
        "depthwise": "depthwise", "last": "direct",
      ])
    #expect(estimated["wide"] != "winograd-f2", "so that the preference is seen")
  }

  @Test("a preferred algorithm that can compute nothing is an error")
  func appliesNowhere() throws {
    let reason = "the kernels portable multiply no tiles of bfloat16"
    #expect(throws: AlgorithmError.appliesNowhere(algorithm: "direct-bf16x2", network: "mixed", reason: reason)) {
      try Self.compile(Self.mixedNetwork(), .preferred("direct-bf16x2"))
    }
  }

  @Test("the reference engine has no algorithms to ask for", arguments: ["direct", "nonsense"])
  func reference(name: String) throws {
    let network = try Self.mixedNetwork()
    let weights = try SeededWeights.make(for: network)
    for selection in [AlgorithmSelection.fixed(name), .preferred(name)] {
      #expect(throws: AlgorithmError.noChoice(algorithm: name, engine: "reference")) {
        try Compiler.compile(
          network, weights: weights, options: CompilerOptions(engine: .reference, selection: selection))
      }
    }
  }

  @Test("each algorithm wins where it was measured to be the fastest", arguments: AlgorithmExpectation.all.map(\.name))
  func winner(name: String) throws {
    let network = try Self.mixedNetwork()
    // The keys of the cache are what measuring makes of the network; then all others are made a million times slower.
    let entries = try Self.measured.get().mapValues { entry in
      entry.split(separator: "; ").map { measurement in
        let candidate = measurement.prefix { $0 != ":" }
        return "\(candidate): \(candidate.split(separator: " ")[0] == name ? 1_000 : 1_000_000_000)"
      }.joined(separator: "; ")
    }
    let plan = try Self.compile(network, .measured(AlgorithmCache(entries: entries)), on: .plainSplit)
    #expect(plan.layers.contains { $0.algorithm.split(separator: "/")[0] == name })
  }

  @Test("algorithms chosen by measuring give the same answers, and are measured once")
  func measured() throws {
    let cache = AlgorithmCache()
    let network = try Architecture.named("resnet8").network()
    try NetworkAgreement.expect(network, batch: 2, threads: 2, selection: .measured(cache), "measured")
    #expect(!cache.entries.isEmpty)
    let again = AlgorithmCache(entries: cache.entries)
    try NetworkAgreement.expect(network, batch: 2, threads: 2, selection: .measured(again), "from the cache")
    #expect(again.entries == cache.entries)
  }

  @Test(
    "entries of a cache that this version does not know are dropped",
    arguments: [
      "unheard-of 3: 100", "winograd-f4 28: 100", "direct", "direct: soon", "direct: -1", "winograd-f4 0 1: 5",
    ])
  func unknownEntries(entry: String) {
    #expect(AlgorithmCache(entries: ["shape": entry]).entries.isEmpty)
    #expect(AlgorithmCache(entries: ["shape": "direct: 7; \(entry)"]).entries.isEmpty)
  }

  @Test("entries of a cache are what it gives and takes")
  func entries() {
    let entries = ["a": "winograd-f4 28 1: 350000; direct: 1020000", "b": "winograd-f2-bf16x2 64 1: 7"]
    #expect(AlgorithmCache(entries: entries).entries == entries)
  }

  /// What measuring finds for each convolution of the mixed network.
  private static let measured = Result {
    let cache = AlgorithmCache()
    _ = try compile(mixedNetwork(), .measured(cache), on: .plainSplit)
    return cache.entries
  }

  private static func compile(
    _ network: Network, _ selection: AlgorithmSelection, on kernels: KernelSet = .portable
  ) throws -> ExecutionPlan {
    var options = CompilerOptions(
      maximumBatch: 2, threadCount: 2, engine: .tiled(.portable), selection: selection)
    options.substituteKernels = kernels
    return try Compiler.compile(network, weights: try SeededWeights.make(for: network), options: options)
  }

  /// 3x3 convolutions of maps in blocks.
  private static func winogradNetwork() throws -> Network {
    var net = NetworkBuilder()
    net.append("before", convolution(8))
    net.append("layer", convolution(12))
    return try net.network(name: "winograd", inputShape: TensorShape([16, 16, 15]))
  }

  /// A convolution for each algorithm.
  private static func mixedNetwork() throws -> Network {
    var net = NetworkBuilder()
    net.append("first", convolution(8))
    net.append("wide", convolution(12))
    net.append("strided", convolution(10, stride: 2))
    net.append("depthwise", convolution(10, groups: 10))
    net.append("last", .convolution(Convolution(outputChannels: 6, kernel: 1)))
    return try net.network(name: "mixed", inputShape: TensorShape([3, 30, 32]))
  }

  private static func convolution(_ channels: Int, stride: Size2D = 1, groups: Int = 1) -> Operator {
    .convolution(Convolution(outputChannels: channels, kernel: 3, stride: stride, padding: 1, groups: groups))
  }

  /// The algorithm of each convolution, by the layer's name.
  private static func algorithms(_ plan: ExecutionPlan) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: plan.layers.filter { $0.operation.contains("convolution") }.map { ($0.name, $0.algorithm) })
  }
}
