import NetworkGraph

/// Channels of a map in another order: some left out, some zero.
package struct ChannelSelection: Sendable {
  /// The operator that it stands for, for people to read.
  let summary: String
  /// For each channel of the output, the input's channel, or `nil` for zeros.
  package let sources: [Int?]

  /// - Parameter channels: the channels of the input, here and in the initialisers below.
  package init(_ padding: ChannelPadding, channels: Int) {
    summary = "channel padding"
    sources = (0..<padding.before + channels + padding.after).map {
      (padding.before..<padding.before + channels).contains($0) ? $0 - padding.before : nil
    }
  }

  package init(_ shuffle: ChannelShuffle, channels: Int) {
    summary = "channel shuffle"
    let stack = channels / shuffle.groups
    sources = (0..<channels).map { $0 % shuffle.groups * stack + $0 / shuffle.groups }
  }

  package init(_ slice: ChannelSlice) {
    summary = "channel slice"
    sources = (0..<slice.count).map { slice.start + $0 }
  }
}
