/// The shape of a tensor: a batch of `N` samples, each a stack of feature maps `C x H x W` or a vector of `F` values.
///
/// The order is NCHW throughout the graph. Blocked memory layouts exist only inside the inference runtime.
public struct TensorShape: Hashable, Sendable {
  /// Number of samples, `N`.
  public let batch: Int
  /// Shape of one sample without the batch: `[C, H, W]` for feature maps, `[F]` for a vector.
  public let dimensions: [Int]

  /// A batch of samples of shape `dimensions`: `[C, H, W]` or `[F]`. Nothing is checked here:
  /// `Network.inferShapes(input:)` checks extents.
  public init(batch: Int = 1, _ dimensions: [Int]) {
    self.batch = batch
    self.dimensions = dimensions
  }

  /// A batch of feature maps, `channels x height x width` for each sample.
  public init(batch: Int = 1, channels: Int, height: Int, width: Int) {
    self.init(batch: batch, [channels, height, width])
  }

  /// Number of values in one sample.
  public var elementsPerSample: Int { dimensions.reduce(1, *) }

  /// Number of values in the whole batch.
  public var elements: Int { batch * elementsPerSample }

  /// `true` for `C x H x W` feature maps, `false` for vectors.
  public var isFeatureMap: Bool { dimensions.count == 3 }

  /// Number of channels of a feature map, or the length of a vector.
  public var channels: Int { dimensions.first ?? 0 }

  /// Height and width of a feature map, in pixels; `1 x 1` for a vector.
  public var spatial: Size2D {
    isFeatureMap ? Size2D(height: dimensions[1], width: dimensions[2]) : Size2D(1)
  }
}

extension TensorShape: CustomStringConvertible {
  /// For example `3x224x224`, with the batch in front where it is not 1.
  public var description: String {
    let sample = dimensions.map(String.init).joined(separator: "x")
    return batch == 1 ? sample : "\(batch)x\(sample)"
  }
}

extension TensorShape {
  /// Largest accepted extent of one input dimension other than the batch.
  public static let maximumExtent = 16_384
  /// Largest accepted number of values in one input batch: 2^28, one gibibyte of f32.
  public static let maximumElements = 1 << 28

  /// Checks that a shape given from outside is positive and small enough for every derived count to fit in `Int`.
  func validatedAsInput() throws(ShapeRuleViolation) {
    guard batch >= 1, !dimensions.isEmpty, dimensions.allSatisfy({ (1...Self.maximumExtent).contains($0) }) else {
      throw ShapeRuleViolation("every input dimension must be between 1 and \(Self.maximumExtent)")
    }
    guard Limits.product([batch] + dimensions, atMost: Self.maximumElements) != nil else {
      throw ShapeRuleViolation("an input batch may hold at most \(Self.maximumElements) values")
    }
  }
}
