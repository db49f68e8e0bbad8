/// An immutable f32 tensor of one sample, row-major: `C x H x W` for images, `F` for logits. The memory begins on a
/// cache line of 64 bytes.
///
/// `@unchecked Sendable`: the memory is written only inside `init`, before the reference can be shared.
public final class Tensor: @unchecked Sendable {
  /// The length of each dimension, outermost first: `[C, H, W]` or `[F]`.
  public let shape: [Int]
  private let storage: UnsafeMutableBufferPointer<Float>

  /// Allocates the memory of a tensor and lets `initialize` fill it, so that no copy is needed.
  ///
  /// - Parameters:
  ///   - shape: the length of each dimension, outermost first.
  ///   - initialize: writes the values, row-major, as many as the product of the dimensions. Values that it does not
  ///     write stay 0.
  /// - Throws: whatever `initialize` throws.
  public init(
    shape: [Int], initializingWith initialize: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    self.shape = shape
    let count = shape.reduce(1, *)
    storage = UnsafeMutableBufferPointer(start: LargeMemory.allocate(count), count: count)
    try initialize(storage)
  }

  /// Copies the values of an array, row-major.
  ///
  /// - Precondition: there are as many values as the product of the dimensions.
  public convenience init(shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "the values do not fill the shape")
    self.init(shape: shape) { _ = $0.update(fromContentsOf: values) }
  }

  deinit {
    LargeMemory.deallocate(pointer, count: count)
  }

  /// The number of values: the product of the dimensions.
  public var count: Int { storage.count }

  /// A copy of the values, row-major. Each call copies all of them.
  public var values: [Float] { Array(storage) }

  /// Valid while the tensor lives.
  var pointer: UnsafePointer<Float> { UnsafePointer(storage.baseAddress!) }
}
