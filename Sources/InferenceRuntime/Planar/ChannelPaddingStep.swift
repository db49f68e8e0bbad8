import NetworkGraph

/// Zeros for the padded channels around a copy of the real ones.
struct ChannelPaddingStep: ExecutionStep {
  private let before: Int
  private let count: Int
  private let after: Int

  init(_ padding: ChannelPadding, input: TensorShape) {
    before = padding.before * input.spatial.area
    count = input.elementsPerSample
    after = padding.after * input.spatial.area
  }

  func run(_ context: StepContext) {
    context.parallel(parts: 1) { _, sample, _ in
      let output = context.output(sample: sample)
      output.update(repeating: 0, count: before)
      (output + before).update(from: context.input(sample: sample), count: count)
      (output + before + count).update(repeating: 0, count: after)
    }
  }
}
