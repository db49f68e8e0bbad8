/// Inputs one after the other: channels are the outermost dimension of a sample, so whole inputs are copied.
struct ConcatenateStep: ExecutionStep {
  struct Part {
    /// Index among the step's inputs.
    let input: Int
    /// Floats of one sample, and where they go.
    let count: Int
    let offset: Int
  }

  private let parts: [Part]

  var algorithm: String { parts.isEmpty ? "in-place" : "copy" }

  /// - Parameters:
  ///   - counts: floats of one sample of each input.
  ///   - elided: inputs that lie in the result already.
  init(counts: [Int], elided: Set<Int> = []) {
    var offset = 0
    parts = counts.enumerated().compactMap { input, count in
      defer { offset += count }
      return elided.contains(input) ? nil : Part(input: input, count: count, offset: offset)
    }
  }

  func run(_ context: StepContext) {
    guard !parts.isEmpty else { return }
    context.parallel(parts: parts.count) { _, sample, index in
      let part = parts[index]
      (context.output(sample: sample) + part.offset)
        .update(from: context.input(part.input, sample: sample), count: part.count)
    }
  }
}
