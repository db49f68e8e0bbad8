import NetworkGraph

/// A copy of a tensor of weights in fenced memory.
final class FencedWeights: WeightStorage {
  private let memory: FencedMemory
  private let count: Int

  private init(_ values: [Float], _ fence: Fence) {
    memory = FencedMemory(count: values.count, fence: fence)
    count = values.count
    memory.first.update(from: values, count: count)
  }

  static func copy(_ tensor: WeightTensor, _ fence: Fence) -> WeightTensor {
    WeightTensor(shape: tensor.shape, storage: FencedWeights(tensor.values, fence), byteOffset: 0)
  }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(UnsafeBufferPointer(start: memory.first, count: count)))
  }
}
