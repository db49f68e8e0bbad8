import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// A network as it serves, computed forward to one of its layers and backward from there to another layer.
/// Explanations such as Grad-CAM are made of it.
///
/// Nothing is learned: weights keep their values, batch normalisation uses its running statistics, and dropout drops
/// nothing. The plan computes no layer behind the requested one, and that layer is not fused with a later one, so its
/// own value is available. Equal inputs, kernels and algorithms give equal bits, on any number of threads.
///
/// A plan is not `Sendable`: one thread at a time may use it.
public final class InspectionPlan {
  /// The shape of the requested output, `[C, H, W]`; a vector has the shape `[F, 1, 1]`.
  public let outputShape: [Int]
  /// The largest number of samples of one run.
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

  /// The layers that a plan computes.
  public struct Question: Hashable, Sendable {
    /// The name of the layer whose value is computed. With `nil` it is the logits: the network's output, before a
    /// softmax that ends the network.
    public var output: String?
    /// The name of the layer to which gradients go back, or `Network.inputName`. With `nil`, no gradients are
    /// computed.
    public var watched: String?
    /// The largest number of samples of one run, at least 1.
    public var maximumBatch: Int
    /// Whether a sum of zeros comes out as exactly 0. Then convolutions prefer direct algorithms. Winograd's
    /// algorithms compute sums by way of other sums, which leaves rounding errors.
    public var hasExactZeros: Bool

    /// A question with the logits as output, no gradients and one sample at a time, unless the arguments say
    /// otherwise.
    public init(
      output: String? = nil, watched: String? = nil, maximumBatch: Int = 1, hasExactZeros: Bool = false
    ) {
      (self.output, self.watched) = (output, watched)
      (self.maximumBatch, self.hasExactZeros) = (maximumBatch, hasExactZeros)
    }
  }

  /// Records the steps that answer a question, and allocates their memory.
  ///
  /// - Parameters:
  ///   - network: the network to inspect.
  ///   - parameters: the parameters of the network. The plan reads them at each run and never changes them.
  ///   - question: the layers to compute.
  ///   - kernels: the instruction set that computes.
  ///   - pool: the threads that compute. The results do not depend on their number.
  /// - Throws: `NetworkError` if the network has no layer of the output's name. `ShapeError` if its layers do not fit
  ///   one another. `TrainingError.unreadLayer` if the output does not depend on the watched layer, or the network
  ///   has no such layer.
  public init(
    _ network: Network, parameters: ParameterStore, question: Question, kernels: ProcessorKernels = .best,
    pool: WorkerPool
  ) throws {
    let network = try network.asServed(endingAt: question.output)
    var options = TrainingOptions(maximumBatch: question.maximumBatch, kernels: kernels)
    options.frozen = Set(parameters.parameters.map(\.name))
    options.freezesStatistics = true
    // The watched layer is read in blocks of channels, and a sample's result must not depend on the number of
    // samples.
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

  /// Bytes of memory that the plan holds, without the parameters.
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

  /// Computes the output for some samples.
  ///
  /// - Parameter samples: 1 to `maximumBatch` samples of the network's input shape, each row-major, `[C][H][W]`.
  /// - Returns: the values of the output for each sample, row-major, `[C][H][W]`.
  /// - Precondition: the number and the lengths of the samples fit.
  public func run(_ samples: [[Float]]) -> [[Float]] {
    precondition((1...maximumBatch).contains(samples.count), "a run of \(samples.count) samples")
    precondition(samples.allSatisfy { $0.count == inputCount }, "samples of another shape")
    run(forward, samples.count, samples.flatMap { $0 })
    return samples.indices.map { output.shape.rowMajor(output.value.sample($0)) }
  }

  /// The value of the watched layer for a sample, and the gradient of a weighted sum of the outputs with respect to
  /// it. All arrays are row-major, `[C][H][W]`.
  public struct Derivative: Sendable {
    /// The values of the output.
    public let output: [Float]
    /// The values of the watched layer.
    public let values: [Float]
    /// The derivative of the weighted sum of the outputs by each value of the watched layer; as long as `values`. It
    /// is 0 if the output does not depend on that value.
    public let gradient: [Float]
  }

  /// Runs one sample forward and backward.
  ///
  /// - Parameters:
  ///   - sample: the sample, row-major, `[C][H][W]`.
  ///   - weigh: gets the values of the output, and returns the weight of each of them in the sum that is
  ///     differentiated. A weight of 1 for one class and 0 for all others gives the gradient of that class's logit.
  /// - Returns: the values of the output and of the watched layer, and the gradient.
  /// - Throws: whatever `weigh` throws.
  /// - Precondition: the question watches a layer, the sample has the network's input shape, and `weigh` returns a
  ///   weight for each output.
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
