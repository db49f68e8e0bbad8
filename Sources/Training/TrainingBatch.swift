import InferenceRuntime

/// The images and labels of one training step, in memory that later batches use again.
///
/// `@unchecked Sendable`: one thread at a time holds a batch, to fill it or to train with it.
public final class TrainingBatch: @unchecked Sendable {
  /// The largest number of samples.
  public let capacity: Int
  /// The shape of one sample, `[C, H, W]`.
  public let sampleShape: [Int]
  /// The number of samples in the batch, at most `capacity`. The caller that fills the batch sets it.
  public var count = 0
  private let imageMemory: LargeBuffer
  private let labelMemory: UnsafeMutablePointer<Int32>

  /// Allocates an empty batch, all values 0.
  public init(capacity: Int, sampleShape: [Int]) {
    self.capacity = capacity
    self.sampleShape = sampleShape
    imageMemory = LargeBuffer(capacity * sampleShape.reduce(1, *))
    labelMemory = .allocate(capacity: capacity)
    labelMemory.initialize(repeating: 0, count: capacity)
  }

  deinit {
    labelMemory.deallocate()
  }

  /// The number of floats of one sample.
  public var sampleCount: Int { sampleShape.reduce(1, *) }

  /// The preprocessed images, row-major, `[capacity][C][H][W]`. The memory is valid as long as the batch.
  public var images: UnsafeMutablePointer<Float> { imageMemory.pointer }

  /// The class of each sample, an index into the network's outputs, `[capacity]`. The memory is valid as long as the
  /// batch.
  public var labels: UnsafeMutablePointer<Int32> { labelMemory }
}
