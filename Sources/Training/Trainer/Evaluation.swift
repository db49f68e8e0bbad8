import Glibc
import InferenceRuntime
import NetworkGraph

/// The quality of a network on images that it was not trained with.
public struct Evaluation: Codable, Hashable, Sendable {
  /// The number of images that could be read.
  public var images: Int
  /// The mean cross-entropy in nats, without label smoothing and class weights.
  public var loss: Double
  /// The share of images whose largest output is that of their label, 0 to 1.
  public var accuracy: Double

  static let batchSize = 64

  public init(images: Int, loss: Double, accuracy: Double) {
    (self.images, self.loss, self.accuracy) = (images, loss, accuracy)
  }
}

/// Evaluates networks on images with the plan that a server would run: batch normalisation is folded into
/// convolutions, and dropout is left out. Algorithms are chosen by counting, which takes no time and is the same in
/// every epoch.
struct Evaluator {
  let network: Network
  let kernels: ProcessorKernels
  let pool: WorkerPool

  /// - Throws: errors of the compiler and of the source.
  func evaluate(_ weights: Weights, on source: any BatchSource) throws -> Evaluation {
    let options = CompilerOptions(
      maximumBatch: Evaluation.batchSize, threadCount: pool.threadCount, engine: .tiled(kernels), selection: .estimated)
    let plan = try Compiler.compile(network, weights: weights, options: options, pool: pool)
    let instance = ExecutionInstance(plan: plan, pool: pool)
    var (images, correct, loss) = (0, 0, 0.0)
    try source.forEachBatch(epoch: 0, batchSize: Evaluation.batchSize, dropsLast: false) { batch in
      guard batch.count > 0 else { return }
      let outputs = try instance.run(batch.tensors(shape: plan.inputShape))
      for (index, output) in outputs.enumerated() {
        let scores = output.values
        let label = Int(batch.labels[index])
        loss += crossEntropy(scores, label: label)
        correct += scores.firstIndex(of: scores.max()!) == label ? 1 : 0
      }
      images += batch.count
    }
    guard images > 0 else { throw DataSetError.noImages(place: "the evaluation") }
    return Evaluation(images: images, loss: loss / Double(images), accuracy: Double(correct) / Double(images))
  }

  private var endsInProbabilities: Bool {
    guard case .softmax? = network.nodes.first(where: { $0.name == network.outputName })?.operator else { return false }
    return true
  }

  /// `log(sum(exp(scores))) - scores[label]`, in double precision; of probabilities, `-log(scores[label])`.
  private func crossEntropy(_ scores: [Float], label: Int) -> Double {
    if endsInProbabilities { return -log(max(Double(scores[label]), Double(Float.leastNormalMagnitude))) }
    let largest = Double(scores.max()!)
    return log(scores.reduce(0) { $0 + exp(Double($1) - largest) }) + largest - Double(scores[label])
  }
}

extension TrainingBatch {
  /// The samples, each in memory of its own.
  fileprivate func tensors(shape: [Int]) -> [Tensor] {
    (0..<count).map { index in
      Tensor(shape: shape) { values in
        values.baseAddress!.update(from: images + index * sampleCount, count: sampleCount)
      }
    }
  }
}
