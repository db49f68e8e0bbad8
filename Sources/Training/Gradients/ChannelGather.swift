import KernelTemplates

/// Where each channel of a value comes from: channels that are joined, shuffled, cut out or padded.
struct ChannelGather {
  /// A channel of one of several inputs.
  struct Source: Hashable {
    let input: Int
    let channel: Int
  }

  /// Consecutive channels of one block of the result that lie as closely in one block of one input.
  struct Run {
    /// Lanes of the result's block.
    var lanes: Range<Int>
    let input: Int
    /// Block of the input.
    let block: Int
    /// From a lane of the result to that of the input.
    let shift: Int
  }

  /// For each channel of the result; `nil` for zeros.
  let sources: [Source?]

  init(_ sources: [Source?]) {
    self.sources = sources
  }

  /// Several inputs' channels, one input after the other.
  init(joining channels: [Int]) {
    sources = channels.enumerated().flatMap { input, count in (0..<count).map { Source(input: input, channel: $0) } }
  }

  /// The way back: from where in the result each of the `channels` channels of an input comes. No channel is taken twice.
  func inverse(input: Int, channels: Int) -> ChannelGather {
    var inverse = [Source?](repeating: nil, count: channels)
    for (channel, source) in sources.enumerated() {
      guard let source, source.input == input else { continue }
      precondition(inverse[source.channel] == nil, "a channel that is taken twice has no place to come back to")
      inverse[source.channel] = Source(input: 0, channel: channel)
    }
    return ChannelGather(inverse)
  }

  /// The runs of each block of the result.
  func runs(lanes: Int) -> [[Run]] {
    stride(from: 0, to: sources.count, by: lanes).map { first in
      var runs: [Run] = []
      for lane in 0..<min(lanes, sources.count - first) {
        guard let source = sources[first + lane] else { continue }
        let (block, shift) = (source.channel / lanes, source.channel % lanes - lane)
        if let last = runs.last, last.lanes.upperBound == lane, last.input == source.input, last.block == block,
          last.shift == shift
        {
          runs[runs.count - 1].lanes = last.lanes.lowerBound..<lane + 1
        } else {
          runs.append(Run(lanes: lane..<lane + 1, input: source.input, block: block, shift: shift))
        }
      }
      return runs
    }
  }
}
