import Foundation
import InferenceRuntime

/// Softmax cross-entropy with label smoothing and class weights, and its gradient with respect to the logits.
///
/// The target of a sample is `1 - smoothing` for its class and `smoothing / classes` for every class (Szegedy et al.,
/// Rethinking the Inception Architecture, 2016, section 7). The loss is PyTorch's: each class's term counts with its
/// weight, and the sum over the batch is divided by that of the weights of the labels.
struct CrossEntropyStep: TrainingStep {
  private let logits: BatchValue
  private let gradient: BatchValue
  private let classes: Int
  private let stored: Int
  private let smoothing: Double
  private let weights: [Double]?
  private let outcome: LossOutcome

  init(
    logits: BatchValue, gradient: BatchValue, shape: MapShape, options: TrainingOptions, outcome: LossOutcome
  ) {
    self.logits = logits
    self.gradient = gradient
    classes = shape.channels
    stored = shape.count
    smoothing = Double(options.labelSmoothing)
    weights = options.classWeights.map { $0.map(Double.init) }
    self.outcome = outcome
  }

  func run(_ context: TrainingContext) {
    var total = 0.0
    for sample in 0..<context.batch { total += weights?[Int(context.labels[sample])] ?? 1 }
    context.pool.run(taskCount: context.batch) { _, sample in
      run(sample, label: Int(context.labels[sample]), totalWeight: total)
    }
    outcome.add(batch: context.batch)
  }

  private func run(_ sample: Int, label: Int, totalWeight: Double) {
    let (logits, gradient) = (logits.sample(sample), gradient.sample(sample))
    var (largest, best) = (logits[0], 0)
    for index in 1..<max(classes, 1) where logits[index] > largest { (largest, best) = (logits[index], index) }
    var sum = 0.0
    for index in 0..<classes { sum += exp(Double(logits[index]) - Double(largest)) }
    let logarithm = Double(largest) + log(sum)
    // The weights of all terms, and their sum, which each logit's share of the normaliser counts with.
    let even = smoothing / Double(classes)
    var (loss, weightSum) = (0.0, 0.0)
    for index in 0..<classes {
      let weight = (weights?[index] ?? 1) * (even + (index == label ? 1 - smoothing : 0))
      loss += weight * (logarithm - Double(logits[index]))
      weightSum += weight
    }
    for index in 0..<classes {
      let weight = (weights?[index] ?? 1) * (even + (index == label ? 1 - smoothing : 0))
      let probability = exp(Double(logits[index]) - logarithm)
      gradient[index] = Float((probability * weightSum - weight) / totalWeight)
    }
    for index in classes..<stored { gradient[index] = 0 }
    outcome.set(sample, loss: loss / totalWeight, isCorrect: best == label)
  }
}

/// The losses and the correct answers of a batch's samples.
///
/// `@unchecked Sendable`: each task writes the values of its own sample.
final class LossOutcome: @unchecked Sendable {
  private let losses: UnsafeMutablePointer<Double>
  private let correct: UnsafeMutablePointer<Bool>
  private(set) var result = BatchResult(samples: 0, loss: 0, correct: 0)

  init(maximumBatch: Int) {
    losses = .allocate(capacity: maximumBatch)
    correct = .allocate(capacity: maximumBatch)
    losses.initialize(repeating: 0, count: maximumBatch)
    correct.initialize(repeating: false, count: maximumBatch)
  }

  deinit {
    losses.deallocate()
    correct.deallocate()
  }

  func set(_ sample: Int, loss: Double, isCorrect: Bool) {
    losses[sample] = loss
    correct[sample] = isCorrect
  }

  /// Adds up the samples in their order.
  func add(batch: Int) {
    result = BatchResult(samples: batch, loss: 0, correct: 0)
    for sample in 0..<batch {
      result.loss += losses[sample]
      result.correct += correct[sample] ? 1 : 0
    }
  }
}
