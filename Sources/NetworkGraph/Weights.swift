/// Memory that weight tensors point into: an array, or a mapped file that stays mapped while any tensor lives.
public protocol WeightStorage: AnyObject, Sendable {
  /// Calls `body` with the whole storage; the pointer must not outlive the call.
  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
}

/// A 32-bit floating-point tensor, row-major and contiguous, that may share a mapped file with others.
public struct WeightTensor: Sendable {
  public let shape: [Int]
  private let storage: any WeightStorage
  private let byteOffset: Int

  /// Takes `shape` values of f32 from `storage`, starting at `byteOffset`.
  ///
  /// - Precondition: the values lie inside the storage, on a 4-byte boundary of memory; readers check untrusted files.
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

  public init(shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "the values do not fill the shape")
    self.init(shape: shape, storage: ArrayStorage(values), byteOffset: 0)
  }

  public var count: Int { shape.reduce(1, *) }

  /// Calls `body` with the values, row-major; the pointer must not outlive the call.
  public func withUnsafeValues<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try storage.withUnsafeBytes { bytes in
      let slice = UnsafeRawBufferPointer(rebasing: bytes[byteOffset..<byteOffset + count * 4])
      return try body(slice.bindMemory(to: Float.self))
    }
  }

  /// A copy of the values, row-major.
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

/// The tensors of a network by full name, such as `layer1.0.conv1.weight`.
public typealias Weights = [String: WeightTensor]
