/// An immutable f32 tensor of one sample, row-major: `C x H x W` for images, `F` for logits.
///
/// `@unchecked Sendable`: the memory is written only inside `init`, before the reference can be shared.
public final class Tensor: @unchecked Sendable {
  public let shape: [Int]
  private let storage: UnsafeMutableBufferPointer<Float>

  /// Allocates `shape` and lets `initialize` fill it; values that it leaves alone are zero.
  public init(
    shape: [Int], initializingWith initialize: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    self.shape = shape
    let count = shape.reduce(1, *)
    storage = UnsafeMutableBufferPointer(start: LargeMemory.allocate(count), count: count)
    try initialize(storage)
  }

  public convenience init(shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "the values do not fill the shape")
    self.init(shape: shape) { _ = $0.update(fromContentsOf: values) }
  }

  deinit {
    LargeMemory.deallocate(pointer, count: count)
  }

  public var count: Int { storage.count }

  /// A copy of the values.
  public var values: [Float] { Array(storage) }

  /// Valid while the tensor lives.
  var pointer: UnsafePointer<Float> { UnsafePointer(storage.baseAddress!) }
}
