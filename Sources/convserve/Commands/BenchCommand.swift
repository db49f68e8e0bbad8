import Architectures
import ArgumentParser
import Foundation
import InferenceRuntime
import ModelServing
import NetworkGraph
import ServerAPI

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times a network with random weights on this machine.",
    discussion: """
      Milliseconds are for one run of the whole batch; the median of all runs counts. With --layers, each layer's \
      algorithm and time, and how near it comes to what this machine can do, which is measured too.
      """)

  @Argument(help: "An architecture, for example resnet50.")
  var architecture: String

  @Option(name: .long, parsing: .unconditional, help: "Samples in a run.")
  var batch = 1

  @Option(name: .long, parsing: .unconditional, help: "Runs that are timed, after six that are not.")
  var runs = 20

  @Option(name: .long, parsing: .unconditional, help: "Threads.")
  var threads = 2

  @Flag(name: .long, help: "Keeps each thread on a processor of its own.")
  var pinThreads = false

  @OptionGroup var engineOptions: EngineOptions

  @Flag(name: .long, help: "Shows each layer, timed with all threads on it, whatever --instances says.")
  var layers = false

  @Flag(name: .long, help: "Chooses algorithms by counting instead of measuring.")
  var estimate = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "One algorithm for convolutions, wherever it applies: \(AlgorithmSelection.algorithmNames.joined(separator: ", ")).",
      valueName: "name"))
  var algorithm: String?

  @Flag(name: .long, help: "Times steps of training instead: forward, backward, update.")
  var train = false

  @Option(name: .long, help: "Shape of an image, for example 1x28x28. (default: the architecture's)")
  var input: InputShape?

  @Flag(name: .long, help: "Prints JSON.")
  var json = false

  func validate() throws {
    if train, algorithm != nil || engineOptions.reference || engineOptions.instances != nil {
      throw ValidationError("--train excludes --algorithm, --reference and --instances")
    }
    guard (1...256).contains(batch) else { throw ValidationError("--batch takes 1 to 256") }
    guard (1...10_000).contains(runs) else { throw ValidationError("--runs takes 1 to 10000") }
    guard !estimate || algorithm == nil else { throw ValidationError("--estimate and --algorithm exclude each other") }
    guard !engineOptions.reference || algorithm == nil else {
      throw ValidationError("--reference and --algorithm exclude each other: that engine has one way for all")
    }
    if let algorithm, !AlgorithmSelection.algorithmNames.contains(algorithm) {
      throw ValidationError(
        AlgorithmError.unknown(algorithm: algorithm, known: AlgorithmSelection.algorithmNames).description)
    }
    guard (1...256).contains(threads) else { throw ValidationError("--threads takes 1 to 256") }
  }

  func run() throws {
    if engineOptions.engine == .reference { try OpenBLASCheck.verify() }
    let network = try Architecture.named(architecture).network(inputShape: input?.dimensions)
    let weights = try RandomWeights.make(for: network)
    let pool = WorkerPool(threadCount: threads, isPinned: pinThreads)
    pool.pinCallingThread()
    if train {
      return try TrainingBench(
        network: network, weights: weights, batch: batch, steps: runs, kernels: engineOptions.cpu ?? .best,
        measures: !estimate, pool: pool
      ).run(layers: layers, json: json)
    }
    let start = ContinuousClock.now
    let plan = try compile(network, weights, pool)
    let loadTime = ContinuousClock.now - start
    let instance = ExecutionInstance(plan: plan, pool: pool, parallelism: engineOptions.parallelism)
    let samples = (0..<batch).map { _ in Tensor(shape: plan.inputShape) { $0.update(repeating: 0.5) } }
    for _ in 0..<6 { _ = try instance.run(samples) }
    if layers {
      let profiles = try (0..<runs).map { _ in try instance.profile(samples) }
      try LayerReport(profiles: profiles, batch: batch, limit: machineLimit(pool)).print(json: json)
    } else {
      let times = try (0..<runs).map { _ in
        try ContinuousClock().measure { _ = try instance.run(samples) }.milliseconds
      }
      try BenchResult(
        architecture: architecture, batch: batch, threads: threads, plan: plan, milliseconds: times.sorted(),
        compileMilliseconds: loadTime.milliseconds
      ).print(json: json)
    }
  }

  private func compile(_ network: Network, _ weights: Weights, _ pool: WorkerPool) throws -> ExecutionPlan {
    let file = AlgorithmCacheFile()
    let cache = file.load()
    let options = CompilerOptions(
      maximumBatch: batch, threadCount: threads, engine: engineOptions.engine,
      selection: selection(cache))
    let plan = try Compiler.compile(network, weights: weights, options: options, pool: pool)
    // Without a place for the file the next run measures again, which is slower and no less right.
    try? file.save(cache)
    return plan
  }

  private func selection(_ cache: AlgorithmCache) -> AlgorithmSelection {
    if let algorithm { return .preferred(algorithm) }
    return estimate ? .estimated : .measured(cache)
  }

  /// 10^9 f32 operations in a second, or `nil` where the reference engine computes, which has no kernels of ours.
  private func machineLimit(_ pool: WorkerPool) -> Double? {
    guard case .tiled(let kernels) = engineOptions.engine else { return nil }
    return MachineLimit.gigaflops(kernels, pool: pool)
  }
}

/// What `bench` says of a whole network.
private struct BenchResult: Encodable {
  let architecture: String
  let batch: Int
  let threads: Int
  let runs: Int
  let kernels: String
  let medianMilliseconds: Double
  let minimumMilliseconds: Double
  let maximumMilliseconds: Double
  let compileMilliseconds: Double
  let weightBytes: Int
  let arenaBytes: Int

  enum CodingKeys: String, CodingKey {
    case architecture, batch, threads, runs, kernels
    case medianMilliseconds = "median_ms"
    case minimumMilliseconds = "min_ms"
    case maximumMilliseconds = "max_ms"
    case compileMilliseconds = "compile_ms"
    case weightBytes = "weight_bytes"
    case arenaBytes = "arena_bytes"
  }

  /// - Parameter milliseconds: sorted.
  init(
    architecture: String, batch: Int, threads: Int, plan: ExecutionPlan, milliseconds: [Double],
    compileMilliseconds: Double
  ) {
    self.architecture = architecture
    self.batch = batch
    self.threads = threads
    runs = milliseconds.count
    kernels = plan.engine.name
    medianMilliseconds = milliseconds[milliseconds.count / 2]
    minimumMilliseconds = milliseconds[0]
    maximumMilliseconds = milliseconds[milliseconds.count - 1]
    self.compileMilliseconds = compileMilliseconds
    weightBytes = plan.weightBytes
    arenaBytes = plan.arenaBytes
  }

  func print(json: Bool) throws {
    if json { return try Terminal.write(encodedJSON(self)) }
    try Terminal.write(
      String(
        format: "%@, batch %d, %d threads, %@: median %.2f ms (%.2f to %.2f) over %d runs, %.1f images/s\n",
        architecture, batch, threads, kernels, medianMilliseconds, minimumMilliseconds, maximumMilliseconds, runs,
        Double(batch) * 1000 / medianMilliseconds))
  }
}

/// Weights that keep activations finite through any depth; what they say is of no interest.
private enum RandomWeights {
  static func make(for network: Network) throws -> Weights {
    var generator = SystemRandomNumberGenerator()
    var weights: Weights = [:]
    for declaration in try network.parameters() {
      let fanIn = max(declaration.shape.dropFirst().reduce(1, *), 1)
      let bound = declaration.shape.count > 1 ? (6 / Float(fanIn)).squareRoot() : 1
      // One random period is enough: the arithmetic takes the same time whatever the values.
      let period = (0..<1021).map { _ in Float.random(in: -bound...bound, using: &generator) }
      let values = (0..<declaration.count).map { index in
        declaration.shape.count > 1 ? period[index % period.count] : declaration.role == .bias ? 0 : 1
      }
      weights[declaration.name] = WeightTensor(shape: declaration.shape, values: values)
    }
    return weights
  }
}
