import Glibc
import InferenceRuntime
import NetworkGraph
import Training

/// What a network says to the images of a source, before a softmax.
enum Logits {
  static let batchSize = 64

  /// Computed by the plan that would serve. Of a network that ends in a softmax they are the logarithms of its
  /// probabilities, which differ from what goes into the softmax by the same number for all classes.
  ///
  /// - Returns: one row a sample, in the order of the source.
  static func of(
    _ network: Network, weights: Weights, on source: any BatchSource, kernels: ProcessorKernels, pool: WorkerPool
  ) throws -> [[Float]] {
    let options = CompilerOptions(
      maximumBatch: batchSize, threadCount: pool.threadCount, engine: .tiled(kernels), selection: .estimated)
    let plan = try Compiler.compile(network, weights: weights, options: options, pool: pool)
    let instance = ExecutionInstance(plan: plan, pool: pool)
    var rows: [[Float]] = []
    try source.forEachBatch(epoch: 0, batchSize: batchSize, dropsLast: false) { batch in
      let inputs = (0..<batch.count).map { index in
        Tensor(shape: plan.inputShape) {
          $0.baseAddress!.update(from: batch.images + index * batch.sampleCount, count: batch.sampleCount)
        }
      }
      rows += try instance.run(inputs).map(\.values)
    }
    return network.endsInSoftmax ? rows.map { $0.map { logf(max($0, .leastNormalMagnitude)) } } : rows
  }
}

extension Network {
  fileprivate var endsInSoftmax: Bool {
    guard case .softmax? = nodes.first(where: { $0.name == outputName })?.operator else { return false }
    return true
  }
}
