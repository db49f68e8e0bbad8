/// Channels of a map in another order: some left out, some zero.
struct SelectChannelsStep: ExecutionStep {
  /// For each channel of the output, the input's channel, or `nil` for zeros.
  let sources: [Int?]
  let area: Int

  func run(_ context: StepContext) {
    context.parallel(parts: sources.count) { _, sample, channel in
      let output = context.output(sample: sample) + channel * area
      if let source = sources[channel] {
        output.update(from: context.input(sample: sample) + source * area, count: area)
      } else {
        output.update(repeating: 0, count: area)
      }
    }
  }
}
