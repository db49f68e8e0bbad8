import InferenceRuntime
import KernelTemplates

/// A map in blocks of samples becomes one in blocks of channels, for a layer that reads it as a vector; its gradient goes the
/// other way.
struct LeaveSampleBlocksLayer: DifferentiableLayer {
  private let name: String
  private let input: PlanValue
  private let shape: MapShape

  /// - Parameters:
  ///   - name: of the layer that reads the map.
  ///   - shape: of one sample.
  init(_ input: PlanValue, shape: MapShape, for name: String) {
    self.name = name
    self.input = input
    self.shape = shape
  }

  func forward(_ plan: inout PlanBuilder) -> PlanValue {
    let output = plan.value(shape, needsGradient: input.needsGradient)
    let (input, shape) = (input, shape)
    plan.record("\(name).rearrange", reads: [input], writes: [output]) { memory in
      RearrangeStep(.intoChannelBlocks, shape: shape, samples: memory[input], channels: memory[output])
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    guard input.needsGradient else { return }
    let result = plan.value(input.shape, isInSampleBlocks: true)
    let shape = shape
    plan.record("\(name).rearrange.backward", reads: [gradient], writes: [result]) { memory in
      RearrangeStep(.intoSampleBlocks, shape: shape, samples: memory[result], channels: memory[gradient])
    }
    plan.contribute(result, to: input, from: name)
  }
}

/// Between blocks of samples and blocks of channels.
private struct RearrangeStep: TrainingStep {
  enum Direction {
    case intoChannelBlocks
    case intoSampleBlocks
  }

  private let direction: Direction
  /// Of one sample, in blocks of channels.
  private let shape: MapShape
  private let samples: BatchValue
  private let channels: BatchValue

  init(_ direction: Direction, shape: MapShape, samples: BatchValue, channels: BatchValue) {
    self.direction = direction
    self.shape = shape
    self.samples = samples
    self.channels = channels
  }

  var algorithm: String { "packing" }

  func run(_ context: TrainingContext) {
    context.pool.run(taskCount: blockCount(context.batch, lanes: shape.lanes) * shape.blocks) { _, task in
      let (block, channelBlock) = task.quotientAndRemainder(dividingBy: shape.blocks)
      let present = min(context.batch - block * shape.lanes, shape.lanes)
      switch direction {
      case .intoChannelBlocks: gather(block, channelBlock, present)
      case .intoSampleBlocks: scatter(block, channelBlock, present)
      }
    }
  }

  private func gather(_ block: Int, _ channelBlock: Int, _ present: Int) {
    let (lanes, area) = (shape.lanes, shape.area)
    let real = min(lanes, shape.channels - channelBlock * lanes)
    let source = samples.sample(block) + channelBlock * lanes * area * lanes
    for sample in 0..<present {
      let target = channels.sample(block * lanes + sample) + channelBlock * shape.blockSize
      for channel in 0..<real {
        let plane = source + channel * area * lanes + sample
        for position in 0..<area { target[position * lanes + channel] = plane[position * lanes] }
      }
      for channel in real..<lanes {
        for position in 0..<area { target[position * lanes + channel] = 0 }
      }
    }
  }

  /// Samples that are not there have no gradient.
  private func scatter(_ block: Int, _ channelBlock: Int, _ present: Int) {
    let (lanes, area) = (shape.lanes, shape.area)
    let real = min(lanes, shape.channels - channelBlock * lanes)
    let target = samples.sample(block) + channelBlock * lanes * area * lanes
    for sample in 0..<lanes {
      for channel in 0..<real {
        let plane = target + channel * area * lanes + sample
        if sample < present {
          let source = channels.sample(block * lanes + sample) + channelBlock * shape.blockSize + channel
          for position in 0..<area { plane[position * lanes] = source[position * lanes] }
        } else {
          for position in 0..<area { plane[position * lanes] = 0 }
        }
      }
    }
  }
}
