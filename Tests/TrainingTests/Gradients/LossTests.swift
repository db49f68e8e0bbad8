import InferenceRuntime
import NetworkGraph
import Testing

@testable import Training

@Suite struct LossTests {
  @Test("softmax cross-entropy and its gradient are PyTorch's", arguments: LossGolden.all)
  func golden(_ golden: LossGolden) {
    var options = TrainingOptions(maximumBatch: golden.labels.count)
    options.labelSmoothing = Float(golden.labelSmoothing)
    options.classWeights = golden.classWeights
    let shape = MapShape(channels: golden.classes, height: 1, width: 1, lanes: 8)
    let count = golden.labels.count * shape.count
    let memory = LargeBuffer(2 * count)
    let logits = BatchValue(memory.pointer, stride: shape.count)
    let gradient = BatchValue(memory.pointer + count, stride: shape.count)
    // What nobody wrote must not be read.
    memory.pointer.update(repeating: .nan, count: 2 * count)
    for (index, logit) in golden.logits.enumerated() {
      logits.sample(index / golden.classes)[index % golden.classes] = logit
    }
    let outcome = LossOutcome(maximumBatch: golden.labels.count)
    run(
      CrossEntropyStep(logits: logits, gradient: gradient, shape: shape, options: options, outcome: outcome),
      labels: golden.labels)
    #expect(abs(outcome.result.loss - golden.loss) <= 1e-5 * abs(golden.loss))
    let greatest = golden.gradient.map(abs).max()!
    for (index, expected) in golden.gradient.enumerated() {
      let value = gradient.sample(index / golden.classes)[index % golden.classes]
      #expect(abs(Double(value) - expected) <= 5e-6 * greatest, "\(index)")
    }
    for sample in golden.labels.indices {
      #expect((golden.classes..<shape.count).allSatisfy { gradient.sample(sample)[$0] == 0 }, "beside the classes")
    }
    #expect(outcome.result.samples == golden.labels.count)
    #expect(outcome.result.correct == golden.correct)
  }

  private func run(_ step: CrossEntropyStep, labels: [Int]) {
    let labels = labels.map(Int32.init)
    let memory = LargeBuffer(16)
    labels.withUnsafeBufferPointer {
      step.run(
        TrainingContext(
          batch: labels.count, step: 0, images: memory.pointer, labels: $0.baseAddress!,
          pool: WorkerPool(threadCount: 2), scratch: memory.pointer, scratchStride: 16, shared: memory.pointer))
    }
  }
}

extension LossGolden {
  /// Samples whose greatest logit, the first of equal ones, is their label's.
  fileprivate var correct: Int {
    labels.indices.count { sample in
      let row = logits[sample * classes..<(sample + 1) * classes]
      return row.firstIndex(of: row.max()!)! - row.startIndex == labels[sample]
    }
  }
}
