/// The type of a tensor's values in a file. Readers convert floating-point types of 16 bits and more to f32.
enum ElementType: Hashable, Sendable {
  case float32, float64, float16, bfloat16
  /// Integers, booleans, complex numbers, and floats of 8 bits or fewer, which are skipped. `name` is the type's name
  /// in the file.
  case other(name: String, bits: Int)

  var bits: Int {
    switch self {
    case .float32: 32
    case .float64: 64
    case .float16, .bfloat16: 16
    case .other(_, let bits): bits
    }
  }

  /// Bytes of one value. It is exact except for the 4- and 6-bit floats of safetensors, which are never converted.
  var bytes: Int { bits / 8 }

  var isWeight: Bool {
    if case .other = self { false } else { true }
  }
}

extension ElementType {
  /// Converts `count` values to f32. They begin at `source` and lie `stride` bytes apart.
  ///
  /// Values beyond f32's range become infinite, as in IEEE 754 round-to-nearest.
  func convert(_ source: UnsafeRawPointer, count: Int, stride: Int, to target: UnsafeMutablePointer<Float>) {
    switch self {
    case .float32 where stride == 4:
      UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * 4)
    case .float32:
      for i in 0..<count { target[i] = (source + i * stride).loadUnaligned(as: Float.self) }
    case .float64:
      for i in 0..<count { target[i] = Float((source + i * stride).loadUnaligned(as: Double.self)) }
    case .float16:
      for i in 0..<count { target[i] = Float((source + i * stride).loadUnaligned(as: Float16.self)) }
    case .bfloat16:
      // bfloat16 is the upper half of an f32.
      for i in 0..<count {
        target[i] = Float(bitPattern: UInt32((source + i * stride).loadUnaligned(as: UInt16.self)) << 16)
      }
    case .other(let name, _):
      preconditionFailure("\(name) is skipped, never converted")
    }
  }
}
