/// Inputs one after the other: channels are the outermost dimension of a sample, so whole inputs are copied.
struct ConcatenateStep: ExecutionStep {
  /// Values of one sample of each input.
  let counts: [Int]

  func run(_ context: StepContext) {
    context.parallel(parts: 1) { _, sample, _ in
      var output = context.output(sample: sample)
      for (index, count) in counts.enumerated() {
        output.update(from: context.input(index, sample: sample), count: count)
        output += count
      }
    }
  }
}
