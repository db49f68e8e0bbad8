import AllocationCounter
import Architectures
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

/// Memory is planned when a model is loaded; a run asks for that of its answers alone. Each test counts in a process of
/// its own, where no other test allocates at the same time.
@Suite("Running a plan allocates nothing but the answers")
struct AllocationTests {
  /// The array of answers.
  private static let perRun = 1
  /// An answer: the object, and its values.
  private static let perSample = 2

  static let networks: [(name: String, inputShape: [Int])] = [
    ("resnet8", [3, 32, 32]), ("resnet18", [3, 64, 64]), ("googlenet", [3, 64, 64]),
    ("efficientnet-lite0", [3, 64, 64]), ("mobilenet_v3_small", [3, 64, 64]), ("shufflenet_v2_x1_0", [3, 64, 64]),
  ]

  @Test("the counter sees every kind of allocation")
  func counting() async {
    await #expect(processExitsWith: .success) {
      let count = Self.allocations {
        for alignment in [8, 64] {
          let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: alignment)
          allocation_counter_see(memory)
          memory.deallocate()
        }
        allocation_counter_see(Unmanaged.passUnretained(Tensor(shape: [4, 4]) { _ in }).toOpaque())
      }
      #expect(count >= 4)
      #expect(Self.allocations {} == 0)
    }
  }

  @Test("however many layers there are", arguments: networks.indices)
  func steadyState(index: Int) async {
    await #expect(processExitsWith: .success) { [index = index as Int] in
      let (name, shape) = Self.networks[index]
      let network = try Architecture.named(name).network(inputShape: shape)
      let weights = try SeededWeights.make(for: network)
      // The reference engine is for comparison, and plain rather than thrifty.
      let engines = TestedEngine.all.filter { $0.engine != .reference && $0.substitute == nil }
      let plain = engines.map { ($0, AlgorithmSelection.estimated) }
      // The steps of AMX on plain kernels, which are slow: for the smallest network.
      let split = ["direct-bf16x2", "winograd-f2-bf16x2"].map {
        (TestedEngine.plainSplit, AlgorithmSelection.preferred($0))
      }
      for (engine, selection) in plain + (index == 0 ? split : []) {
        for threads in 1...2 {
          let options = engine.options(batch: 8, threads: threads, selection: selection)
          let plan = try Compiler.compile(network, weights: weights, options: options)
          for parallelism in Parallelism.allCases {
            try Self.expectOnlyAnswers(plan, parallelism)
          }
        }
      }
    }
  }

  private static func expectOnlyAnswers(_ plan: ExecutionPlan, _ parallelism: Parallelism) throws {
    let pool = WorkerPool(threadCount: plan.threadCount)
    let instance = ExecutionInstance(plan: plan, pool: pool, parallelism: parallelism)
    for batch in [1, 8] {
      let samples = (0..<batch).map { _ in Tensor(shape: plan.inputShape) { $0.update(repeating: 0.5) } }
      // What is made once, such as the record of which way was faster, and thread-local memory of the system's.
      for _ in 0..<8 { _ = try instance.run(samples) }
      let runs = 5
      let count = try allocations { for _ in 0..<runs { _ = try instance.run(samples) } }
      let answers = runs * (perRun + perSample * batch)
      #expect(
        (answers...answers + runs * boxes(plan, parallelism, batch: batch)).contains(count),
        "\(plan.name) of \(plan.steps.count) steps, \(plan.engine.name), \(plan.threadCount) threads, \(parallelism), batch \(batch)"
      )
    }
  }

  /// The most that a run allocates to hand work to other threads: `withoutActuallyEscaping` puts a closure in a box each
  /// time. A step hands out its work once, or twice where something comes before or after its kernel, for each part of the
  /// batch or for all of it; parts are handed out once; a thread alone has no one to hand work to.
  private static func boxes(_ plan: ExecutionPlan, _ parallelism: Parallelism, batch: Int) -> Int {
    if plan.threadCount == 1 { return 0 }
    let parts = min(batch, plan.threadCount)
    return 1 + 2 * (batch * plan.sampleWiseCount + parts * (plan.steps.count - plan.sampleWiseCount))
  }

  private static func allocations(_ body: () throws -> Void) rethrows -> Int {
    allocation_counter_start()
    defer { _ = allocation_counter_stop() }
    try body()
    return allocation_counter_stop()
  }
}
