/// Memory that weight tensors point into: an array, or a mapped file. A mapped file stays mapped while any tensor
/// lives.
public protocol WeightStorage: AnyObject, Sendable {
  /// Calls `body` with the whole storage. The pointer is valid only during the call, and the bytes must not change
  /// while any tensor lives.
  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
}

/// A tensor of 32-bit floating-point values, row-major and contiguous. Several tensors may share one mapped file.
public struct WeightTensor: Sendable {
  /// The tensor's extents, outermost first; empty for a single value.
  public let shape: [Int]
  private let storage: any WeightStorage
  private let byteOffset: Int

  /// Makes a tensor that reads its values from `storage` without a copy.
  ///
  /// - Parameters:
  ///   - shape: extents; their product is the number of f32 values.
  ///   - storage: the memory, which the tensor keeps alive.
  ///   - byteOffset: where the first value begins in `storage`, in bytes.
  /// - Precondition: all values lie inside the storage and begin on a 4-byte boundary of memory. Readers of files check
  ///   this before, because files are not trusted.
  public init(shape: [Int], storage: any WeightStorage, byteOffset: Int) {
    self.shape = shape
    self.storage = storage
    self.byteOffset = byteOffset
    let count = shape.reduce(1, *)
    storage.withUnsafeBytes { bytes in
      precondition(byteOffset >= 0 && byteOffset + count * 4 <= bytes.count, "tensor outside its storage")
      let address = bytes.baseAddress.map { Int(bitPattern: $0) + byteOffset } ?? 0
      precondition(address % 4 == 0, "tensor not aligned to 4 bytes")
    }
  }

  /// Makes a tensor with values of its own, row-major.
  ///
  /// - Precondition: there are as many values as the product of `shape`.
  public init(shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "the values do not fill the shape")
    self.init(shape: shape, storage: ArrayStorage(values), byteOffset: 0)
  }

  /// Number of values: the product of `shape`.
  public var count: Int { shape.reduce(1, *) }

  /// Calls `body` with the values, row-major, without a copy. The pointer is valid only during the call.
  public func withUnsafeValues<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try storage.withUnsafeBytes { bytes in
      let slice = UnsafeRawBufferPointer(rebasing: bytes[byteOffset..<byteOffset + count * 4])
      return try body(slice.bindMemory(to: Float.self))
    }
  }

  /// A copy of the values, row-major.
  ///
  /// - Complexity: linear in `count`.
  public var values: [Float] { withUnsafeValues(Array.init) }
}

private final class ArrayStorage: WeightStorage {
  private let values: [Float]

  init(_ values: [Float]) {
    self.values = values
  }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try values.withUnsafeBytes(body)
  }
}

/// The tensors of a network by their full names, such as `layer1.0.conv1.weight`.
public typealias Weights = [String: WeightTensor]
