/// The place of a tensor in its storage: element `[i, j, ...]` is value
/// `offset + i * strides[0] + j * strides[1] + ...`.
struct TensorLayout: Equatable, Sendable {
  let type: ElementType
  let shape: [Int]
  /// Distance between neighbours along each dimension, in values.
  let strides: [Int]
  /// Index of the first element in the storage, in values.
  let offset: Int

  init(type: ElementType, shape: [Int], strides: [Int], offset: Int) {
    precondition(shape.count == strides.count)
    self.type = type
    self.shape = shape
    self.strides = strides
    self.offset = offset
  }

  /// A contiguous, row-major tensor at the start of its storage.
  init(type: ElementType, shape: [Int]) {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1].multipliedReportingOverflow(by: max(shape[axis + 1], 1)).partialValue
    }
    self.init(type: type, shape: shape, strides: strides, offset: 0)
  }

  /// Whether values lie in row-major order without gaps. The strides of dimensions of size 1 do not matter.
  var isContiguous: Bool {
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      if stride != expected { return false }
      guard let next = product(expected, max(size, 1)) else { return false }
      expected = next
    }
    return true
  }

  /// Number of values that the storage must have, or `nil` where it cannot be counted.
  ///
  /// - Precondition: shape, strides and offset are not negative.
  var valuesNeeded: Int? {
    if shape.contains(0) { return 0 }
    var last = offset
    for (size, stride) in zip(shape, strides) {
      guard let step = product(size - 1, stride), let next = sum(last, step) else { return nil }
      last = next
    }
    return sum(last, 1)
  }
}
