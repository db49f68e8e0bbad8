import InferenceRuntime
import KernelTemplates

/// A map of blocks becomes a vector in the order `C x H x W`, or the other way round.
///
/// Only few layers ask for it: most take a flattened map as it lies in memory.
struct FlattenStep: TrainingStep {
  enum Direction {
    case flatten
    case unflatten
  }

  private let direction: Direction
  private let map: MapShape
  private let input: BatchValue
  private let output: BatchValue

  init(_ direction: Direction, map: MapShape, from input: BatchValue, to output: BatchValue) {
    self.direction = direction
    self.map = map
    self.input = input
    self.output = output
  }

  func run(_ context: TrainingContext) {
    let count = map.channels * map.area
    let padding = storedChannels(count, lanes: map.lanes) - count
    context.parallel(parts: 1) { _, sample, _ in
      let (source, target) = (input.sample(sample), output.sample(sample))
      switch direction {
      case .flatten:
        unpackBlocks(source, channels: map.channels, area: map.area, lanes: map.lanes, into: target)
        (target + count).update(repeating: 0, count: padding)
      case .unflatten:
        packBlocks(source, channels: map.channels, area: map.area, lanes: map.lanes, into: target)
      }
    }
  }
}
