import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// A network as it serves, run forward to one of its layers, and backward from there to another: what explanations are made
/// of.
///
/// Nothing is trained: weights keep their values, batch normalisation takes its running statistics, and dropout drops
/// nothing. Every layer keeps its own value, since a plan computes no further than to the one that is asked for. Equal
/// inputs, kernels and algorithms give equal bits, on however many threads.
///
/// Not `Sendable`: a plan belongs to one thread at a time.
public final class InspectionPlan {
  /// Shape of what the plan gives: `[C, H, W]`, with 1 x 1 for vectors.
  public let outputShape: [Int]
  public let maximumBatch: Int
  private let inputCount: Int
  private let pool: WorkerPool
  private let forward: [any TrainingStep]
  private let backward: [any TrainingStep]
  private let output: Place
  /// The weight of each output.
  private let cotangent: Place
  private let watched: Place?
  private let gradient: Place?
  private let memory: PlanMemory
  private let scratch: LargeBuffer
  private let scratchStride: Int
  private let shared: LargeBuffer

  /// A value in the plan's memory.
  private struct Place {
    let value: BatchValue
    let shape: MapShape
  }

  /// What is computed.
  public struct Question: Hashable, Sendable {
    /// Name of the layer whose value is given; the logits, before a softmax that ends the network, where not given.
    public var output: String?
    /// Name of the layer to which gradients go back, or `Network.inputName`; none where not given.
    public var watched: String?
    /// Most samples of a run.
    public var maximumBatch: Int
    /// Whether sums that are zero come out as exactly that, because no algorithm computes them by way of others.
    public var hasExactZeros: Bool

    public init(
      output: String? = nil, watched: String? = nil, maximumBatch: Int = 1, hasExactZeros: Bool = false
    ) {
      (self.output, self.watched) = (output, watched)
      (self.maximumBatch, self.hasExactZeros) = (maximumBatch, hasExactZeros)
    }
  }

  /// - Parameters:
  ///   - parameters: the network's; the plan only reads them, as they are at each run.
  ///   - pool: threads to run on.
  /// - Throws: `ShapeError`, `NetworkError`, or `TrainingError.unreadLayer` where the output does not depend on the watched
  ///   layer.
  public init(
    _ network: Network, parameters: ParameterStore, question: Question, kernels: ProcessorKernels = .best,
    pool: WorkerPool
  ) throws {
    let network = try network.asServed(endingAt: question.output)
    var options = TrainingOptions(maximumBatch: question.maximumBatch, kernels: kernels)
    options.frozen = Set(parameters.parameters.map(\.name))
    options.freezesStatistics = true
    // What is watched is read in these blocks, and a sample's answer must not depend on how many there are.
    options.layout = .channelBlocks
    var builder = PlanBuilder(
      kernels: kernels.kernels, parameters: parameters, options: options,
      choices: question.hasExactZeros ? AlgorithmChoices(preferring: "direct") : AlgorithmChoices(measures: false),
      pool: pool)
    let values = try builder.recordInspection(network, question)
    let memory = PlanMemory(builder)
    let steps = builder.records.map { $0.make(memory) }
    func place(_ value: PlanValue) -> Place { Place(value: memory[value], shape: value.shape) }
    output = place(values.output)
    cotangent = place(values.cotangent)
    watched = values.watched.map(place)
    gradient = values.gradient.map(place)
    forward = Array(steps[..<values.forwardCount])
    backward = Array(steps[values.forwardCount...])
    self.memory = memory
    self.pool = pool
    maximumBatch = question.maximumBatch
    inputCount = network.inputShape.elementsPerSample
    outputShape = [output.shape.channels, output.shape.height, output.shape.width]
    scratchStride = roundedUp(steps.map(\.scratchCount).max() ?? 0)
    scratch = LargeBuffer(max(scratchStride * pool.threadCount, 16))
    shared = LargeBuffer(max(steps.map(\.sharedCount).max() ?? 0, 16))
  }

  /// Bytes of memory beside the parameters.
  public var memoryBytes: Int {
    memory.byteCount + (scratch.count + shared.count) * MemoryLayout<Float>.stride
  }

  private func run(_ steps: [any TrainingStep], _ count: Int, _ images: [Float]) {
    let labels = [Int32](repeating: 0, count: count)
    images.withUnsafeBufferPointer { images in
      labels.withUnsafeBufferPointer { labels in
        let context = TrainingContext(
          batch: count, step: 0, images: images.baseAddress!, labels: labels.baseAddress!, pool: pool,
          scratch: scratch.pointer, scratchStride: scratchStride, shared: shared.pointer)
        for step in steps { step.run(context) }
      }
    }
  }

  /// The values of the output for each sample, `[C][H][W]`.
  ///
  /// - Parameter samples: of the network's input shape, at least one and at most `maximumBatch`.
  public func run(_ samples: [[Float]]) -> [[Float]] {
    precondition((1...maximumBatch).contains(samples.count), "a run of \(samples.count) samples")
    precondition(samples.allSatisfy { $0.count == inputCount }, "samples of another shape")
    run(forward, samples.count, samples.flatMap { $0 })
    return samples.indices.map { output.shape.rowMajor(output.value.sample($0)) }
  }

  /// What the watched layer gives for a sample, and the gradient with respect to it of a weighted sum of the outputs.
  public struct Derivative: Sendable {
    /// `[C][H][W]` of the output.
    public let output: [Float]
    /// `[C][H][W]` of the watched layer.
    public let values: [Float]
    /// The same shape.
    public let gradient: [Float]
  }

  /// Runs one sample forward and backward.
  ///
  /// - Parameter weigh: gives the weight of each output, once the outputs are known.
  /// - Precondition: the question watches a layer.
  public func differentiate(_ sample: [Float], weigh: (_ output: [Float]) throws -> [Float]) rethrows -> Derivative {
    guard let watched else { preconditionFailure("the plan watches no layer") }
    precondition(sample.count == inputCount, "a sample of another shape")
    run(forward, 1, sample)
    let given = output.shape.rowMajor(output.value.sample(0))
    let values = watched.shape.rowMajor(watched.value.sample(0))
    let weights = try weigh(given)
    precondition(weights.count == given.count, "a weight for each output")
    guard let gradient else {
      // The output does not depend on the layer.
      return Derivative(output: given, values: values, gradient: [Float](repeating: 0, count: values.count))
    }
    output.shape.packRowMajor(weights, into: cotangent.value.sample(0))
    run(backward, 1, sample)
    return Derivative(output: given, values: values, gradient: gradient.shape.rowMajor(gradient.value.sample(0)))
  }
}
