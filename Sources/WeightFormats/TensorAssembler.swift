import NetworkGraph

/// A run of bytes in a storage.
struct StorageSlice: Sendable {
  let storage: any WeightStorage
  let range: Range<Int>
}

/// Collects tensors by name, within limits. A tensor points into its storage where possible and is copied otherwise.
struct TensorAssembler {
  private(set) var weights: Weights = [:]
  private var skippedByName: [String: SkippedTensor] = [:]
  private let limits: WeightLimits
  private var copiedValues = 0

  init(limits: WeightLimits) {
    self.limits = limits
  }

  var skipped: [SkippedTensor] { skippedByName.values.sorted { $0.name < $1.name } }

  /// Adds the tensor that lies in `slice` with the given layout. A second tensor of the same name replaces the first,
  /// as in a Python dict.
  ///
  /// - Throws: `.malformedTensor`, `.tensorOutsideStorage`, `.limitExceeded`.
  mutating func add(
    _ name: String, typeName: String, layout: TensorLayout, in slice: StorageSlice
  ) throws(WeightFormatError) {
    if layout.type.isWeight {
      let count = try check(name, layout, in: slice)
      weights[name] = try tensor(layout, count: count, in: slice)
      skippedByName[name] = nil
    } else {
      skip(name, typeName: typeName, shape: layout.shape)
    }
  }

  /// Adds another name for a tensor that was added before.
  mutating func alias(_ name: String, of tensor: WeightTensor) {
    weights[name] = tensor
    skippedByName[name] = nil
  }

  mutating func skip(_ name: String, typeName: String, shape: [Int]) {
    weights[name] = nil
    skippedByName[name] = SkippedTensor(name: name, elementType: typeName, shape: shape)
  }

  /// Checks all numbers of the layout against the storage, and returns the number of values.
  private func check(
    _ name: String, _ layout: TensorLayout, in slice: StorageSlice
  ) throws(WeightFormatError) -> Int {
    guard (layout.shape + layout.strides + [layout.offset]).allSatisfy({ $0 >= 0 }) else {
      throw .malformedTensor(name: name, reason: "a size, stride or offset is negative")
    }
    guard let count = valueCount(layout.shape), let needed = layout.valuesNeeded else {
      throw .malformedTensor(name: name, reason: "its shape \(layout.shape) has more values than can be counted")
    }
    let stored = slice.range.count / layout.type.bytes
    guard needed <= stored else {
      throw .tensorOutsideStorage(name: name, valuesNeeded: needed, valuesStored: stored)
    }
    return count
  }

  private mutating func tensor(
    _ layout: TensorLayout, count: Int, in slice: StorageSlice
  ) throws(WeightFormatError) -> WeightTensor {
    guard count > 0 else { return WeightTensor(shape: layout.shape, values: []) }
    let begin = slice.range.lowerBound + layout.offset * layout.type.bytes
    if layout.type == .float32, layout.isContiguous, slice.storage.isAligned(begin) {
      return WeightTensor(shape: layout.shape, storage: slice.storage, byteOffset: begin)
    }
    copiedValues = sum(copiedValues, count) ?? .max
    guard copiedValues <= limits.copiedValues else {
      throw .limitExceeded(limit: "values that must be copied", maximum: limits.copiedValues, found: copiedValues)
    }
    return WeightTensor(shape: layout.shape, values: Self.gather(layout, count: count, from: begin, in: slice.storage))
  }

  /// Copies a checked tensor into row-major order, run by run along its last dimension.
  private static func gather(
    _ layout: TensorLayout, count: Int, from begin: Int, in storage: any WeightStorage
  ) -> [Float] {
    let runs = layout.isContiguous ? TensorLayout(type: layout.type, shape: [count]) : layout.withoutIdleStrides
    let width = layout.type.bytes
    let run = runs.shape.last ?? 1
    let step = (runs.strides.last ?? 1) * width
    return [Float](unsafeUninitializedCapacity: count) { target, initialised in
      storage.withUnsafeBytes { bytes in
        let base = bytes.baseAddress! + begin
        var odometer = Odometer(sizes: Array(runs.shape.dropLast()), strides: Array(runs.strides.dropLast()))
        for row in 0..<count / run {
          let source = base + odometer.position * width
          layout.type.convert(source, count: run, stride: step, to: target.baseAddress! + row * run)
          odometer.advance()
        }
      }
      initialised = count
    }
  }
}

extension TensorLayout {
  /// The layout with a stride of zero for each dimension of size 1. A file may state any number there, and stepping
  /// must not overflow.
  fileprivate var withoutIdleStrides: TensorLayout {
    TensorLayout(
      type: type, shape: shape, strides: zip(shape, strides).map { $0 == 1 ? 0 : $1 }, offset: offset)
  }
}

/// Counts through the indices of a shape, the last dimension fastest. It keeps the position of the current index in a
/// strided storage.
private struct Odometer {
  let sizes: [Int]
  let strides: [Int]
  private var index: [Int]
  private(set) var position = 0

  init(sizes: [Int], strides: [Int]) {
    self.sizes = sizes
    self.strides = strides
    index = [Int](repeating: 0, count: sizes.count)
  }

  mutating func advance() {
    for axis in sizes.indices.reversed() {
      index[axis] += 1
      position += strides[axis]
      if index[axis] < sizes[axis] { return }
      position -= sizes[axis] * strides[axis]
      index[axis] = 0
    }
  }
}

extension WeightStorage {
  /// Whether an f32 may be read in place at `byteOffset`.
  fileprivate func isAligned(_ byteOffset: Int) -> Bool {
    withUnsafeBytes { bytes in
      bytes.baseAddress.map { (Int(bitPattern: $0) + byteOffset) % MemoryLayout<Float>.alignment == 0 } ?? false
    }
  }
}
