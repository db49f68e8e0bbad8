import KernelTemplates
import NetworkGraph

/// The shape of a map in memory: blocks of channels, `[C / lanes][H][W][lanes]`, or `C x H x W` for the network's
/// input.
///
/// A vector is a map of one position. The flattened form of a map keeps the map's own shape, and layers that need the
/// flattened order say so.
struct MapShape: Hashable, Sendable {
  let channels: Int
  let height: Int
  let width: Int
  let lanes: Int

  init(channels: Int, height: Int, width: Int, lanes: Int) {
    self.channels = channels
    self.height = height
    self.width = width
    self.lanes = lanes
  }

  init(_ shape: TensorShape, lanes: Int) {
    self.init(channels: shape.channels, height: shape.spatial.height, width: shape.spatial.width, lanes: lanes)
  }

  var area: Int { height * width }
  var blocks: Int { blockCount(channels, lanes: lanes) }
  /// Floats of one block of channels.
  var blockSize: Int { area * lanes }
  /// Floats of one sample.
  var count: Int { blocks * blockSize }
}

/// A value of every sample of a batch, made by one step of a plan and read by later ones.
struct PlanValue: Hashable, Sendable {
  let id: Int
  let shape: MapShape
  /// Whether the loss's gradient with respect to the value is asked for.
  let needsGradient: Bool
  /// Whether the value lies in blocks of samples; the shape is then that of a block, of so many times more channels.
  let isInSampleBlocks: Bool
  /// Whether the value is the network's input, `C x H x W`.
  var isInput: Bool { id == 0 }

  /// Floats for each sample.
  var sampleCount: Int { isInSampleBlocks ? shape.count / shape.lanes : shape.count }

  /// The same value for layers behind it, to which its gradient is asked for.
  var withGradient: PlanValue {
    PlanValue(id: id, shape: shape, needsGradient: true, isInSampleBlocks: isInSampleBlocks)
  }

  /// Where the network's input has its place.
  static func input(_ shape: MapShape) -> PlanValue {
    PlanValue(id: 0, shape: shape, needsGradient: false, isInSampleBlocks: false)
  }
}
