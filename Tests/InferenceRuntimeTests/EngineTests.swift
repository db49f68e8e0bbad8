import Architectures
import KernelTemplates
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

@Suite("The engine against plain loops")
struct EngineTests {
  init() throws {
    try OpenBLASCheck.verify()
  }

  /// Every engine that this processor runs.
  static let engines: [Engine] = [.reference] + ProcessorKernels.allCases.filter(\.isSupported).map(Engine.tiled)

  @Test("random layers of every kind", arguments: RandomProblem.kinds)
  func randomLayers(kind: String) throws {
    var checked = 0
    for seed in 0..<UInt64(40) {
      guard let problem = try RandomProblem.single(kind, seed: seed) else { continue }
      let threads = Int(seed % 4) + 1
      let algorithm = ConvolutionAlgorithm.allCases[Int(seed / 4) % ConvolutionAlgorithm.allCases.count]
      try expectAgreement(
        problem.network, batch: Int(seed % 3) + 1, threads: threads, selection: .fixed(algorithm), "seed \(seed)")
      checked += 1
    }
    #expect(checked >= 10, "only \(checked) of 40 draws of \(kind) were possible shapes")
  }

  @Test("a network whose batch normalisations, activations and branches meet in every way")
  func branches() throws {
    try expectAgreement(Self.branchingNetwork(), batch: 3, threads: 2, "branches")
  }

  @Test("3x3 convolutions of any size, batch and residual, by every algorithm")
  func winograd() throws {
    for (index, size) in [1, 2, 3, 4, 5, 7, 8, 13, 14, 17].enumerated() {
      var net = NetworkBuilder()
      let first = net.append("first", .convolution(Convolution(outputChannels: 17 + index * 7, kernel: 1)))
      net.append("relu", .relu(ReLU()))
      net.append(
        "second", .convolution(Convolution(outputChannels: 17 + index * 7, kernel: 3, padding: 1, hasBias: false)))
      net.append("bn", .batchNormalization(BatchNormalization()))
      net.append("sum", .add(Add()), inputs: ["bn", first])
      net.append("last", .relu6(ReLU6()))
      net.append("third", .convolution(Convolution(outputChannels: 20, kernel: 3, padding: 2)))
      let network = try net.network(name: "winograd", inputShape: TensorShape([5, size, size + index % 3]))
      for algorithm in ConvolutionAlgorithm.allCases {
        try expectAgreement(
          network, batch: index % 4 + 1, threads: index % 3 + 1, selection: .fixed(algorithm),
          "\(algorithm) \(size)")
      }
    }
  }

  @Test("pointwise convolutions that stride, of whole maps and of single positions, from deep maps and shallow ones")
  func stridedPointwise() throws {
    let cases = [(1, 16, 40, 2), (2, 48, 33, 2), (5, 200, 96, 2), (7, 144, 70, 3), (8, 640, 130, 2), (14, 100, 64, 4)]
    for (index, (size, inputs, outputs, stride)) in cases.enumerated() {
      var net = NetworkBuilder()
      net.append("widen", .convolution(Convolution(outputChannels: inputs, kernel: 1)))
      let strided = net.append(
        "strided", .convolution(Convolution(outputChannels: outputs, kernel: 1, stride: Size2D(stride))))
      net.append("again", .convolution(Convolution(outputChannels: outputs, kernel: 1)))
      net.append("sum", .add(Add()), inputs: ["again", strided])
      net.append("relu", .relu(ReLU()))
      let network = try net.network(name: "strided", inputShape: TensorShape([5, size, size + index % 3]))
      try expectAgreement(network, batch: index % 3 + 1, threads: index % 4 + 1, "\(size) \(inputs) \(outputs)")
    }
  }

  @Test("algorithms chosen by measuring give the same answers, and are chosen once")
  func measured() throws {
    let cache = AlgorithmCache()
    let network = try Architecture.named("resnet8").network()
    try expectAgreement(network, batch: 2, threads: 2, selection: .measured(cache), "measured")
    #expect(!cache.entries.isEmpty)
    let again = AlgorithmCache(entries: cache.entries)
    try expectAgreement(network, batch: 2, threads: 2, selection: .measured(again), "from the cache")
    #expect(again.entries == cache.entries)
    #expect(AlgorithmCache(entries: ["shape": "unheard-of 3"]).entries.isEmpty)
  }

  @Test("an image's answer does not depend on the batch in which it rides")
  func batchesEqualSingles() throws {
    let network = try Architecture.named("resnet8").network()
    let plan = try Compiler.compile(network, weights: SeededWeights.make(for: network))
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 2))
    let samples = (0..<8).map { Tensor(shape: plan.inputShape, values: sample(network, $0)) }
    let alone = try samples.map { try instance.run([$0])[0].values }
    for parallelism in Parallelism.allCases {
      let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 2), parallelism: parallelism)
      for count in [8, 3, 5, 8, 8, 8, 8, 8, 2] {
        let outputs = try instance.run(Array(samples[..<count])).map(\.values)
        #expect(outputs == Array(alone[..<count]), "batch of \(count), \(parallelism)")
      }
    }
  }

  @Test("the network's own input is added to what a convolution makes of it")
  func inputAsResidual() throws {
    for convolution in [
      Convolution(outputChannels: 3, kernel: 1), Convolution(outputChannels: 3, kernel: 3, padding: 1),
    ] {
      var net = NetworkBuilder()
      net.append("conv", .convolution(convolution))
      net.append("sum", .add(Add()), inputs: ["conv", Network.inputName])
      net.append("last", .convolution(Convolution(outputChannels: 8, kernel: 1)))
      let network = try net.network(name: "input", inputShape: TensorShape([3, 9, 7]))
      try expectAgreement(network, batch: 3, threads: 2, "\(convolution)")
    }
  }

  @Test(
    "products of two terms for each value, over more inputs, positions and samples than are taken at a time",
    arguments: [
      (inputs: 300, outputs: 300, kernel: 1, stride: 1), (inputs: 40, outputs: 50, kernel: 3, stride: 2),
      (inputs: 64, outputs: 17, kernel: 1, stride: 2), (inputs: 40, outputs: 40, kernel: 5, stride: 1),
      (inputs: 100, outputs: 100, kernel: 3, stride: 1),
    ], [1, 3])
  func splitProducts(
    layer: (inputs: Int, outputs: Int, kernel: Int, stride: Int), threads: Int
  ) throws {
    var net = NetworkBuilder()
    net.append("before", .convolution(Convolution(outputChannels: layer.inputs, kernel: 7, padding: 2)))
    net.append(
      "layer",
      .convolution(
        Convolution(
          outputChannels: layer.outputs, kernel: Size2D(layer.kernel), stride: Size2D(layer.stride),
          padding: .init(integerLiteral: layer.kernel / 2))))
    if layer.inputs == layer.outputs { net.append("sum", .add(Add()), inputs: ["layer", "before"]) }
    net.append("relu", .relu(ReLU()))
    let network = try net.network(name: "split", inputShape: TensorShape([3, 17, 23]))
    for algorithm in [ConvolutionAlgorithm.directSplit, .winogradF2Split] {
      try expectAgreement(
        network, batch: 4, threads: threads, selection: .fixed(algorithm), "\(layer) \(algorithm)")
    }
  }

  @Test("a strided pointwise convolution reads padding behind the map", arguments: [2, 3])
  func stridedPointwisePadding(stride: Int) throws {
    var net = NetworkBuilder()
    net.append("before", .convolution(Convolution(outputChannels: 35, kernel: 1)))
    net.append(
      "layer",
      .convolution(
        Convolution(
          outputChannels: 40, kernel: 1, stride: Size2D(stride),
          padding: .edges(EdgePadding(top: 0, left: 0, bottom: 3, right: 4)))))
    let network = try net.network(name: "behind", inputShape: TensorShape([3, 8, 9]))
    for algorithm in [ConvolutionAlgorithm.direct, .directSplit] {
      try expectAgreement(network, batch: 3, threads: 2, selection: .fixed(algorithm), "\(stride) \(algorithm)")
    }
  }

  @Test("channels that there are not are no neighbours to be normalised by, whatever came before")
  func normalizationAfterSigmoid() throws {
    var net = NetworkBuilder()
    net.append("conv", .convolution(Convolution(outputChannels: 5, kernel: 1)))
    net.append("sigmoid", .sigmoid(Sigmoid()))
    net.append("norm", .localResponseNormalization(LocalResponseNormalization(size: 5, alpha: 1)))
    try expectAgreement(net.network(name: "norm", inputShape: TensorShape([3, 9, 7])), batch: 2, threads: 2, "sigmoid")
  }

  @Test("a network that takes a vector")
  func vectorInput() throws {
    var builder = NetworkBuilder()
    builder.append("fc1", .fullyConnected(FullyConnected(outputFeatures: 31)))
    builder.append("tanh", .tanh(Tanh()))
    builder.append("fc2", .fullyConnected(FullyConnected(outputFeatures: 7, hasBias: false)))
    let network = try builder.network(name: "vector", inputShape: TensorShape([13]))
    try expectAgreement(network, batch: 3, threads: 2, "vector")
  }

  @Test(
    "values that live at the same time never share memory",
    arguments: ["googlenet", "resnet50", "squeezenet1_1", "efficientnet-lite0"], [Engine.reference, .tiled(.portable)])
  func memoryPlan(name: String, engine: Engine) throws {
    let network = try Architecture.named(name).network()
    let lowered = Compiler.passes(for: engine).reduce(
      lowerOperators(network, shapes: try network.inferShapes(), weights: try SeededWeights.make(for: network))
    ) { $1($0) }
    let plan = planMemory(lowered)
    var lastUse = [lowered.outputName: lowered.layers.count]
    for (index, layer) in lowered.layers.enumerated() {
      for input in layer.inputs { lastUse[input] = max(lastUse[input] ?? 0, index) }
    }
    for (index, layer) in lowered.layers.enumerated() {
      let places = Self.places(layer, plan)
      let regionCounts = [plan.sampleRegionCount, plan.partRegionCount, plan.batchRegionCount]
      #expect(places.map(\.offset).max()! * 4 < regionCounts.max()!)
      for (earlierIndex, earlier) in lowered.layers[..<index].enumerated()
      where (lastUse[earlier.name] ?? earlierIndex) >= index {
        // A concatenation's result covers those of its inputs that were written in place, a sum takes its residual's.
        guard !(plan.elided.contains(earlier.name) && layer.inputs.contains(earlier.name)) else { continue }
        if layer.inputs.dropFirst().contains(earlier.name), lastUse[earlier.name] == index,
          plan.locations[earlier.name] == plan.locations[layer.name]
        {
          continue
        }
        #expect(places.isDisjoint(with: Self.places(earlier, plan)), "\(layer.name) overwrites \(earlier.name)")
      }
    }
  }

  @Test("early layers of large maps run sample by sample, and one value alone crosses to the others")
  func sampleWiseLayers() throws {
    let network = try Architecture.named("resnet50").network()
    let lowered = Compiler.passes(for: .tiled(.portable)).reduce(
      lowerOperators(network, shapes: try network.inferShapes(), weights: try SeededWeights.make(for: network))
    ) { $1($0) }
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

  @Test("a pool of fewer threads than the plan is for computes the same", arguments: 1...4)
  func smallerPool(threads: Int) throws {
    var net = NetworkBuilder()
    for layer in 0..<5 {
      net.append("conv\(layer)", .convolution(Convolution(outputChannels: 96, kernel: 3, padding: 1)))
    }
    let network = try net.network(name: "deep", inputShape: TensorShape([3, 12, 12]))
    // Direct convolutions read a padded copy, in memory that all workers on a part share.
    let options = CompilerOptions(maximumBatch: 8, threadCount: 4, selection: .fixed(.direct))
    let plan = try Compiler.compile(network, weights: try SeededWeights.make(for: network), options: options)
    let count = network.inputShape.elementsPerSample
    let samples = (1...8).map { sample in
      Tensor(
        shape: network.inputShape.dimensions, values: SeededWeights.input(count: count * sample).suffix(count) + [])
    }
    let pool = WorkerPool(threadCount: threads)
    let expected = try ExecutionInstance(plan: plan, pool: pool, parallelism: .together).run(samples).map(\.values)
    let instance = ExecutionInstance(plan: plan, pool: pool, parallelism: .apart)
    for _ in 0..<20 { #expect(try instance.run(samples).map(\.values) == expected) }
  }

  @Test(
    "parts of a batch meet at the first fully connected layer, which reads its weights once",
    arguments: [
      ("resnet50", "fc"), ("alexnet", "classifier.2"), ("squeezenet1_1", nil),
    ])
  func partWiseLayers(name: String, firstTogether: String?) throws {
    let network = try Architecture.named(name).network()
    let lowered = Compiler.passes(for: .tiled(.portable)).reduce(
      lowerOperators(network, shapes: try network.inferShapes(), weights: try SeededWeights.make(for: network))
    ) { $1($0) }
    let plan = planMemory(lowered)
    #expect(lowered.layers[plan.partWiseCount...].first?.name == firstTogether)
    let crossing = lowered.layers[plan.partWiseCount...].first?.inputs ?? [lowered.outputName]
    for layer in lowered.layers[..<plan.partWiseCount] {
      guard case .arena(let slice)? = plan.locations[layer.name] else { continue }
      #expect((slice.region == .batch) == crossing.contains(layer.name), "\(layer.name)")
    }
  }

  @Test("a sum takes the place of its residual, unless something else reads that or holds it")
  func sumsInPlace() throws {
    func convolution(_ channels: Int) -> Operator { .convolution(Convolution(outputChannels: channels, kernel: 1)) }
    var net = NetworkBuilder()
    func block(_ name: String, from residual: String) -> String {
      net.append("\(name).inner", convolution(160), inputs: [residual])
      net.append("\(name).outer", convolution(160))
      return net.append(name, .add(Add()), inputs: ["\(name).outer", residual])
    }
    let first = block("first", from: net.append("stem", convolution(160)))
    let second = block("second", from: first)
    let third = block("third", from: second)
    net.append("bare", convolution(160))
    let fourth = net.append("fourth", .add(Add()), inputs: ["bare", third])
    let fifth = block("fifth", from: fourth)
    let joined = net.append("joined", .concatenate(Concatenate()), inputs: [fifth, second])
    net.append("last", convolution(320))
    net.append("sixth", .add(Add()), inputs: ["last", joined])
    let network = try net.network(name: "sums", inputShape: TensorShape([5, 9, 11]))
    for selection in [AlgorithmSelection.estimated, .fixed(.directSplit)] {
      try expectAgreement(network, batch: 3, threads: 2, selection: selection, "sums, \(selection)")
    }
    let lowered = Compiler.passes(for: .tiled(.portable)).reduce(
      lowerOperators(network, shapes: try network.inferShapes(), weights: try SeededWeights.make(for: network))
    ) { $1($0) }
    let locations = planMemory(lowered).locations
    func replaces(_ sum: String, _ residual: String) -> Bool { locations[sum] == locations[residual] }
    #expect(!lowered.layers.contains { if case .add = $0.operation { true } else { false } }, "all are fused")
    #expect(replaces("first", "stem"))
    #expect(!replaces("second", "first"), "it is written into a concatenation")
    #expect(!replaces("third", "second"), "it is read once more")
    #expect(!replaces("fourth", "third"), "the convolution reads it too")
    #expect(!replaces("fifth", "fourth") && !replaces("sixth", "joined"), "concatenations have places of their own")
  }

  @Test("transformed kernels take no more memory than there is, and give it where it saves most time")
  func weightBudget() {
    func option(_ candidate: AlgorithmCandidate, _ nanoseconds: Double, _ bytes: Int) -> AlgorithmOption {
      AlgorithmOption(candidate: candidate, nanoseconds: nanoseconds, weightBytes: bytes)
    }
    let f4 = AlgorithmCandidate.winograd(.f4, tilesPerTask: 28, channelParts: 1)
    let f2 = AlgorithmCandidate.winograd(.f2, tilesPerTask: 28, channelParts: 1)
    let layers = [
      [option(f4, 100, 400), option(f2, 120, 180), option(.direct, 300, 100)],
      [option(f4, 100, 400), option(f2, 200, 180), option(.direct, 300, 100)],
    ]
    #expect(chooseAlgorithms(layers, weightBudget: 800) == [f4, f4])
    #expect(chooseAlgorithms(layers, weightBudget: 799) == [f2, f4])
    #expect(chooseAlgorithms(layers, weightBudget: 500) == [f2, f2])
    #expect(chooseAlgorithms(layers, weightBudget: 0) == [.direct, .direct])
    // A little time is not worth many weights: others read from the same memory.
    #expect(chooseAlgorithms([[option(f4, 100, 400), option(f2, 101, 180)]], weightBudget: 800) == [f2])
  }

  @Test("a sample of the wrong shape and an oversized batch are refused with both numbers")
  func refusals() throws {
    let network = try Architecture.named("resnet8").network()
    let plan = try Compiler.compile(
      network, weights: SeededWeights.make(for: network), options: CompilerOptions(maximumBatch: 2, threadCount: 1))
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 1))
    let sample = Tensor(shape: plan.inputShape) { _ in }
    #expect(throws: ExecutionError.batchSize(3, maximum: 2)) { try instance.run([sample, sample, sample]) }
    #expect(throws: ExecutionError.inputShape([1, 2], expected: [3, 32, 32])) {
      try instance.run([Tensor(shape: [1, 2]) { _ in }])
    }
  }

  @Test("missing, surplus and misshapen weights are reported together, by name")
  func mismatchedWeights() throws {
    let network = try Architecture.named("resnet8").network()
    var weights = try SeededWeights.make(for: network)
    weights["fc.bias"] = nil
    weights["head.weight"] = WeightTensor(shape: [1], values: [0])
    weights["conv0.bias"] = WeightTensor(shape: [4], values: [0, 0, 0, 0])
    let error = #expect(throws: WeightMismatch.self) { try Compiler.compile(network, weights: weights) }
    #expect(error?.missing.map(\.name) == ["fc.bias"])
    #expect(error?.surplus == ["head.weight"])
    #expect(error?.misshapen == [.init(name: "conv0.bias", expected: [16], found: [4])])
  }

  private struct Place: Hashable {
    let region: ArenaRegion
    let offset: Int
  }

  /// Every fourth float of a layer's output.
  private static func places(_ layer: LoweredLayer, _ plan: MemoryPlan) -> Set<Place> {
    guard case .arena(let slice)? = plan.locations[layer.name] else { return [] }
    let offsets = (slice.offset + slice.start) / 4..<(slice.offset + slice.start + layer.storedCount + 3) / 4
    return Set(offsets.map { Place(region: slice.region, offset: $0) })
  }

  /// Batch normalisation after a convolution read twice, after a pooling and after an activation; a sum of three.
  private static func branchingNetwork() throws -> Network {
    var net = NetworkBuilder()
    let shared = net.append("conv", .convolution(Convolution(outputChannels: 8, kernel: 3, padding: 1)))
    let normalized = net.append("bn", .batchNormalization(BatchNormalization()))
    net.append("conv2", .convolution(Convolution(outputChannels: 8, kernel: 3, padding: 1, hasBias: false)))
    net.append("bn2", .batchNormalization(BatchNormalization()))
    let left = net.append("relu2", .relu(ReLU()))
    net.append("bn3", .batchNormalization(BatchNormalization()))
    let right = net.append("relu3", .relu6(ReLU6()))
    net.append("sum", .add(Add()), inputs: [shared, left, right])
    let active = net.append("relu4", .relu(ReLU()))
    net.append("joined", .concatenate(Concatenate()), inputs: [active, normalized])
    net.append("drop", .dropout(Dropout()))
    net.append("pool", .globalAveragePooling(GlobalAveragePooling()))
    net.append("flat", .flatten(Flatten()))
    net.append("fc", .fullyConnected(FullyConnected(outputFeatures: 5)))
    net.append("out", .softmax(Softmax()))
    return try net.network(name: "branches", inputShape: TensorShape([3, 11, 9]))
  }

  /// Compares every engine with the plain loops.
  private func expectAgreement(
    _ network: Network, batch: Int, threads: Int, selection: AlgorithmSelection = .estimated, _ label: String
  ) throws {
    let weights = try SeededWeights.make(for: network)
    let reference = PlainReference(network: network, weights: weights)
    let expected = try (0..<batch).map { try reference.run(sample(network, $0)) }
    for engine in Self.engines {
      let options = CompilerOptions(
        maximumBatch: batch, threadCount: threads, engine: engine, selection: selection)
      let plan = try Compiler.compile(network, weights: weights, options: options)
      for parallelism in [Parallelism.together, .apart] {
        expectClose(
          try run(plan, samples: batch, parallelism), expected,
          "\(network.name) \(network.nodes[0]) \(engine) \(parallelism) \(label)")
      }
    }
  }

  private func run(_ plan: ExecutionPlan, samples: Int, _ parallelism: Parallelism) throws -> [[Float]] {
    let pool = WorkerPool(threadCount: plan.threadCount)
    let instance = ExecutionInstance(plan: plan, pool: pool, parallelism: parallelism)
    let count = plan.inputShape.reduce(1, *)
    return try instance.run(
      (0..<samples).map { Tensor(shape: plan.inputShape, values: sample(count: count, $0)) }
    ).map(\.values)
  }

  private func sample(_ network: Network, _ index: Int) -> [Float] {
    sample(count: network.inputShape.elementsPerSample, index)
  }

  private func sample(count: Int, _ index: Int) -> [Float] {
    Array(SeededWeights.input(count: count * (index + 1)).suffix(count))
  }

  private func expectClose(_ actual: [[Float]], _ expected: [[Float]], _ label: String) {
    for (actual, expected) in zip(actual, expected) {
      let scale = max(expected.map(abs).max() ?? 0, 1)
      let difference = zip(actual, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(actual.count == expected.count && difference <= 1e-4 * scale, "\(label): differs by \(difference)")
    }
  }
}
