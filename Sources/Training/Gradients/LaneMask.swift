import InferenceRuntime

/// Ones and zeros for the lanes of a vector, which kernels read by pointer.
struct LaneMask: Sendable {
  private let memory: LargeBuffer

  /// - Parameter range: lanes that are 1.
  init(_ range: Range<Int>, lanes: Int) {
    memory = LargeBuffer(lanes)
    for lane in range { memory.pointer[lane] = 1 }
  }

  /// Lanes of the last block that are channels.
  init(channelsOf shape: MapShape) {
    self.init(0..<shape.channels - (shape.blocks - 1) * shape.lanes, lanes: shape.lanes)
  }

  var pointer: UnsafePointer<Float> { UnsafePointer(memory.pointer) }
}
