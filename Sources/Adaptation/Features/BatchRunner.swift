import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// Runs a network over images of a data set as a server would: the folded plan, one crop an image.
///
/// What comes out for an image depends neither on the images beside it nor on the number of threads.
///
/// Not `Sendable`: a runner belongs to whoever runs it.
final class BatchRunner {
  private static let batchSize = 8

  /// From an image to the network's input; where serving averages ten crops, the one in the middle.
  let preprocessing: Preprocessing
  /// Length of what comes out for an image.
  let dimensions: Int
  private let instance: ExecutionInstance
  private let pool: WorkerPool

  /// - Parameter weights: tensors of other layers may be among them.
  /// - Throws: `WeightMismatch` or `ShapeError` where weights and network do not fit.
  init(
    _ network: Network, weights: Weights, _ preprocessing: Preprocessing, kernels: ProcessorKernels, pool: WorkerPool
  ) throws {
    let options = CompilerOptions(
      maximumBatch: Self.batchSize, threadCount: pool.threadCount, engine: .tiled(kernels), selection: .estimated)
    let plan = try Compiler.compile(network, weights: network.tensors(of: weights), options: options, pool: pool)
    // Always the same way of sharing out, whatever was faster a moment ago: the same bits each time. Batches are full but for the
    // last, so that each thread takes images of its own.
    instance = ExecutionInstance(plan: plan, pool: pool, parallelism: .apart)
    dimensions = plan.outputShape.reduce(1, *)
    self.preprocessing = preprocessing.cropCount == 1 ? preprocessing : preprocessing.overriding(crop: .center)
    self.pool = pool
  }

  /// One row an image, in the order given.
  ///
  /// - Throws: `ImageError`, `UnreadableFile`.
  func outputs(of images: [Int], in dataSet: any DataSet) throws -> FeatureMatrix {
    var values: [Float] = []
    values.reserveCapacity(images.count * dimensions)
    // Two batches are decoded at a time, so that both threads have enough to do and memory stays small.
    for start in stride(from: 0, to: images.count, by: 2 * Self.batchSize) {
      let tensors = try prepared(Array(images[start..<min(start + 2 * Self.batchSize, images.count)]), in: dataSet)
      for output in try outputs(of: tensors) { values += output }
    }
    return FeatureMatrix(rows: images.count, columns: dimensions, values: values)
  }

  func outputs(of tensors: [Tensor]) throws -> [[Float]] {
    try stride(from: 0, to: tensors.count, by: Self.batchSize).flatMap { start in
      try instance.run(Array(tensors[start..<min(start + Self.batchSize, tensors.count)])).map(\.values)
    }
  }

  private func prepared(_ images: [Int], in dataSet: any DataSet) throws -> [Tensor] {
    let shape = [preprocessing.channels, preprocessing.inputSize.height, preprocessing.inputSize.width]
    let results = SharedResults<Result<Tensor, any Error>>(count: images.count)
    pool.run(taskCount: images.count) { [preprocessing] _, task in
      results.set(
        task,
        Result {
          let crops = try dataSet.crops(images[task], preprocessing)
          return Tensor(shape: shape) { crops.write(0, into: $0) }
        })
    }
    return try results.values.map { try $0!.get() }
  }
}
