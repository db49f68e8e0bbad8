import NetworkGraph

/// Inputs joined along the height or the width: of each channel, or of each row, some values of every input in turns.
struct ConcatenateAxisStep: ExecutionStep {
  /// Stretches of each input, and the values of one stretch by input.
  private let stretches: Int
  private let counts: [Int]

  /// - Parameter axis: of `N x C x H x W`: 2 or 3.
  init(axis: Int, inputs: [TensorShape]) {
    stretches = inputs[0].dimensions[..<(axis - 1)].reduce(1, *)
    counts = inputs.map { $0.dimensions[(axis - 1)...].reduce(1, *) }
  }

  func run(_ context: StepContext) {
    let total = counts.reduce(0, +)
    context.parallel(parts: 1) { _, sample, _ in
      var start = 0
      for (input, count) in counts.enumerated() {
        let source = context.input(input, sample: sample)
        for stretch in 0..<stretches {
          (context.output(sample: sample) + stretch * total + start)
            .update(from: source + stretch * count, count: count)
        }
        start += count
      }
    }
  }
}
