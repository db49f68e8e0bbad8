import InferenceRuntime
import KernelTemplates
import NetworkGraph

@testable import Training

/// Runs one layer forward and backward, on values that a test gives.
///
/// What pads the last block of channels is filled with large numbers, memory that no step has written with NaN: a layer that
/// lets one of them count gives itself away.
struct LayerHarness {
  /// What came out, row-major.
  struct Result: Equatable {
    /// `[sample]`
    var output: [[Float]]
    /// `[input][sample]`; where all inputs are one value, that of the value for each.
    var gradients: [[[Float]]]
    var slopeGradient: [Float]
  }

  private let problem: LayerProblem
  private let pool: WorkerPool
  private let store: ParameterStore
  private let capture = Capture()
  private let readsInput: Bool
  private var plan: PlanBuilder

  /// - Parameters:
  ///   - readsInput: whether the layer's first value is the network's own input, which has no gradient.
  static func run(
    _ problem: LayerProblem, on kernels: ProcessorKernels, threads: Int = 2, seed: UInt64 = 0, step: Int = 0,
    readsInput: Bool = false, frozen: Set<String> = []
  ) throws -> Result {
    var options = TrainingOptions(maximumBatch: problem.batch + 1, kernels: kernels, seed: seed)
    options.frozen = frozen
    var harness = try LayerHarness(problem, options, threads: threads, readsInput: readsInput)
    harness.record()
    harness.run(step: step)
    return harness.result
  }

  private init(_ problem: LayerProblem, _ options: TrainingOptions, threads: Int, readsInput: Bool) throws {
    self.problem = problem
    self.readsInput = readsInput
    pool = WorkerPool(threadCount: threads)
    let nothing = Node("nothing", .relu(ReLU()), inputs: [Network.inputName])
    let network = try Network(
      name: "test", inputShape: problem.slopes.isEmpty ? TensorShape([1]) : problem.inputShapes[0],
      nodes: [problem.slopes.isEmpty ? nothing : problem.node])
    store = try ParameterStore(network, weights: problem.weights)
    plan = PlanBuilder(
      kernels: options.kernels.kernels, parameters: store, options: options,
      choices: AlgorithmChoices(measures: false), pool: pool)
  }

  private mutating func record() {
    let inputs = problem.inputs.indices.map { index in
      readsInput && index == 0 ? networkInput() : write(problem.inputs[index], problem.mapShapes[index])
    }
    let values = problem.isOneValue ? inputs.map { _ in inputs[0] } : inputs
    let source = LayerSource(
      name: LayerProblem.name, node: problem.node, inputs: values, inputShapes: problem.inputShapes,
      outputShape: problem.outputShape)
    var layer = plan.makeLayer(
      TrainingGraph.Layer(node: problem.node, resultName: "layer", addend: nil, activation: .identity), source,
      addend: nil)
    let output = layer.forward(&plan)
    read(output) { $0.output = $1 }
    let gradient = write(problem.gradient, output.shape)
    contributeEarlier(to: values, gradient)
    // A layer that gives what it takes has its readers contribute to the same value.
    if output == values[0] { plan.contribute(gradient, to: output, from: "test") }
    layer.backward(gradient, &plan)
    for value in values {
      if let gradient = plan.gradient(of: value) { read(gradient) { $0.gradients.append($1) } }
    }
  }

  private mutating func contributeEarlier(to values: [PlanValue], _ gradient: PlanValue) {
    if problem.isBranch { plan.contribute(gradient, to: values[0], from: "branch") }
    for (index, earlier) in (problem.earlier ?? []).enumerated() where !problem.isOneValue || index == 0 {
      plan.contribute(write(earlier, problem.mapShapes[index]), to: values[index], from: "earlier")
    }
  }

  private func networkInput() -> PlanValue { .input(MapShape(problem.mapShapes[0], lanes: plan.lanes)) }

  private mutating func write(_ values: [[Float]], _ shape: TensorShape) -> PlanValue {
    write(values, MapShape(shape, lanes: plan.lanes))
  }

  private mutating func write(_ values: [[Float]], _ shape: MapShape) -> PlanValue {
    let value = plan.value(shape, needsGradient: true)
    plan.record("write", reads: [], writes: [value]) { memory in
      CallStep { context in
        for sample in 0..<context.batch { shape.packWithGarbage(values[sample], into: memory[value].sample(sample)) }
      }
    }
    return value
  }

  private mutating func read(_ value: PlanValue, _ body: @escaping (inout Result, [[Float]]) -> Void) {
    let capture = capture
    plan.record("read", reads: [value], writes: []) { memory in
      CallStep { context in
        body(&capture.result, (0..<context.batch).map { value.shape.unpack(memory[value].sample($0)) })
      }
    }
  }

  private func run(step: Int) {
    let memory = PlanMemory(plan)
    let steps = plan.records.map { $0.make(memory) }
    poison(memory)
    let scratchCount = steps.map(\.scratchCount).max() ?? 0
    let scratch = Self.poisoned(scratchCount * pool.threadCount)
    let shared = Self.poisoned(steps.map(\.sharedCount).max() ?? 0)
    let images = problem.inputs[0].flatMap { $0 }
    let labels = [Int32](repeating: 0, count: problem.batch)
    images.withUnsafeBufferPointer { images in
      labels.withUnsafeBufferPointer { labels in
        let context = TrainingContext(
          batch: problem.batch, step: step, images: images.baseAddress!, labels: labels.baseAddress!, pool: pool,
          scratch: scratch.pointer, scratchStride: scratchCount, shared: shared.pointer)
        for step in steps { step.run(context) }
      }
    }
    withExtendedLifetime((memory, scratch, shared)) {}
  }

  /// The largest of all values lies where the memory begins.
  private func poison(_ memory: PlanMemory) {
    for buffer in [memory.values, memory.packedWeights] {
      buffer.pointer.update(repeating: .nan, count: buffer.count)
    }
  }

  private static func poisoned(_ count: Int) -> LargeBuffer {
    let buffer = LargeBuffer(max(count, 16))
    buffer.pointer.update(repeating: .nan, count: buffer.count)
    return buffer
  }

  private var result: Result {
    var result = capture.result
    if !problem.slopes.isEmpty {
      let start = store.gradients + store[LayerProblem.slopeName].range.lowerBound
      result.slopeGradient = Array(UnsafeBufferPointer(start: start, count: problem.slopes.count))
    }
    return result
  }
}

/// `@unchecked Sendable`: steps run one after the other.
private final class Capture: @unchecked Sendable {
  var result = LayerHarness.Result(output: [], gradients: [], slopeGradient: [])
}

/// `@unchecked Sendable`: it runs on the thread that made it.
private struct CallStep: TrainingStep, @unchecked Sendable {
  let body: (TrainingContext) -> Void

  init(_ body: @escaping (TrainingContext) -> Void) {
    self.body = body
  }

  func run(_ context: TrainingContext) { body(context) }
}

extension MapShape {
  /// `[C][H][W]` into blocks, with numbers where no channel is.
  func packWithGarbage(_ values: [Float], into target: UnsafeMutablePointer<Float>) {
    pack(values, into: target)
    let last = target + (blocks - 1) * blockSize
    for position in 0..<area {
      for lane in channels - (blocks - 1) * lanes..<lanes {
        last[position * lanes + lane] = position % 2 == 0 ? 77.5 : -1234
      }
    }
  }
}
