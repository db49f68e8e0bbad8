import KernelTemplates

/// Maps whose channels come from anywhere in the inputs' maps: shuffled, sliced, padded, or joined where an input does
/// not end with a whole block.
struct GatherChannelsBlockStep: ExecutionStep {
  /// Consecutive channels of one block of the result that lie as closely in one input.
  private struct Run {
    /// First lane of the result's block, and how many.
    let lane: Int
    let count: Int
    let input: Int
    let channel: Int
  }

  private let runs: [[Run]]
  private let area: Int
  private let lanes: Int

  var algorithm: String { "gather" }

  /// - Parameter sources: for each channel of the result its input and the channel of that; `nil` for zeros.
  init(sources: [(input: Int, channel: Int)?], area: Int, lanes: Int) {
    self.area = area
    self.lanes = lanes
    runs = stride(from: 0, to: sources.count, by: lanes).map { first in
      Self.runs(Array(sources[first..<min(first + lanes, sources.count)]), lanes: lanes)
    }
  }

  private static func runs(_ sources: [(input: Int, channel: Int)?], lanes: Int) -> [Run] {
    var runs: [Run] = []
    for (lane, source) in sources.enumerated() {
      guard let source else { continue }
      if let last = runs.last, last.lane + last.count == lane, last.input == source.input,
        last.channel + last.count == source.channel, source.channel % lanes != 0
      {
        runs[runs.count - 1] = Run(lane: last.lane, count: last.count + 1, input: last.input, channel: last.channel)
      } else {
        runs.append(Run(lane: lane, count: 1, input: source.input, channel: source.channel))
      }
    }
    return runs
  }

  func run(_ context: StepContext) {
    context.parallel(parts: runs.count) { _, sample, block in
      let output = context.output(sample: sample) + block * area * lanes
      let runs = runs[block]
      if runs.reduce(0, { $0 + $1.count }) < lanes { output.update(repeating: 0, count: area * lanes) }
      for run in runs {
        let input =
          context.input(run.input, sample: sample) + run.channel / lanes * area * lanes + run.channel % lanes
        copy(input, to: output + run.lane, count: run.count)
      }
    }
  }

  /// `count` lanes of every position.
  private func copy(_ input: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, count: Int) {
    for position in 0..<area {
      for lane in 0..<count { output[position * lanes + lane] = input[position * lanes + lane] }
    }
  }
}
