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
    discussion: "Milliseconds are for one run of the whole batch; the median of all runs counts.")

  @Argument(help: "An architecture, for example resnet50.")
  var architecture: String

  @Option(name: .long, help: "Samples in a run.")
  var batch = 1

  @Option(name: .long, help: "Runs that are timed, after three that are not.")
  var runs = 20

  @Option(name: .long, help: "Threads.")
  var threads = 2

  @Flag(name: .long, help: "Prints JSON.")
  var json = false

  func validate() throws {
    guard (1...256).contains(batch) else { throw ValidationError("--batch takes 1 to 256") }
    guard (1...10_000).contains(runs) else { throw ValidationError("--runs takes 1 to 10000") }
    guard (1...256).contains(threads) else { throw ValidationError("--threads takes 1 to 256") }
  }

  struct Result: Encodable {
    let architecture: String
    let batch: Int
    let threads: Int
    let runs: Int
    let medianMilliseconds: Double
    let minimumMilliseconds: Double
    let maximumMilliseconds: Double
    let openBLASCore: String

    enum CodingKeys: String, CodingKey {
      case architecture, batch, threads, runs
      case medianMilliseconds = "median_ms"
      case minimumMilliseconds = "min_ms"
      case maximumMilliseconds = "max_ms"
      case openBLASCore = "openblas_core"
    }
  }

  func run() throws {
    try OpenBLASCheck.verify()
    let network = try Architecture.named(architecture).network()
    let options = CompilerOptions(maximumBatch: batch, threadCount: threads)
    let plan = try Compiler.compile(network, weights: try RandomWeights.make(for: network), options: options)
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: threads))
    let samples = (0..<batch).map { _ in Tensor(shape: plan.inputShape) { $0.update(repeating: 0.5) } }
    for _ in 0..<3 { _ = try instance.run(samples) }
    let times = try (0..<runs).map { _ in
      try ContinuousClock().measure { _ = try instance.run(samples) }.milliseconds
    }.sorted()
    report(
      Result(
        architecture: architecture, batch: batch, threads: threads, runs: runs, medianMilliseconds: times[runs / 2],
        minimumMilliseconds: times[0], maximumMilliseconds: times[runs - 1], openBLASCore: OpenBLASCheck.coreType))
  }

  private func report(_ result: Result) {
    if json { return Terminal.write(encodedJSON(result)) }
    print(
      String(
        format: "%@, batch %d, %d threads: median %.2f ms (%.2f to %.2f) over %d runs, %.1f images/s", architecture,
        batch, threads, result.medianMilliseconds, result.minimumMilliseconds, result.maximumMilliseconds, runs,
        Double(batch) * 1000 / result.medianMilliseconds))
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
