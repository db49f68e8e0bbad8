import InferenceRuntime

/// Images and labels of one step, in memory that is used again for later batches.
///
/// `@unchecked Sendable`: one thread at a time holds a batch, to fill it or to train with it.
public final class TrainingBatch: @unchecked Sendable {
  /// Most samples.
  public let capacity: Int
  /// Shape of one sample, `[C, H, W]`.
  public let sampleShape: [Int]
  /// Samples that are in it now.
  public var count = 0
  private let imageMemory: LargeBuffer
  private let labelMemory: UnsafeMutablePointer<Int32>

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

  /// Floats of one sample.
  public var sampleCount: Int { sampleShape.reduce(1, *) }

  /// `[capacity][C][H][W]`, row-major, preprocessed as the model's input is.
  public var images: UnsafeMutablePointer<Float> { imageMemory.pointer }

  /// One class index a sample.
  public var labels: UnsafeMutablePointer<Int32> { labelMemory }
}
