import NetworkGraph

/// Weights and inputs that a Python script can make too, value for value: `Tests/Goldens/architectures/seeded.py`.
///
/// Value `i` of tensor `name` comes from SplitMix64 (Steele et al., 2014) over a counter that starts at the 64-bit
/// FNV-1a hash of the name, so tensors can be made in any order.
public enum SeededWeights {
  /// Weights for every parameter of `network`: He-uniform kernels, batch normalisation near the identity.
  public static func make(for network: Network) throws -> Weights {
    var weights: Weights = [:]
    for declaration in try network.parameters() {
      weights[declaration.name] = WeightTensor(shape: declaration.shape, values: values(declaration))
    }
    return weights
  }

  /// `count` values in `[-1.5, 1.5)`, the same for every network.
  ///
  /// - Parameter name: tells one input from another.
  public static func input(_ name: String = "input", count: Int) -> [Float] {
    uniform(name, count: count) { (2 * $0 - 1) * 1.5 }
  }

  /// `count` signs, +1 or -1, that depend on the name alone: `signs` of `Tests/Goldens/training/network_gradients.py`.
  public static func signs(_ name: String, count: Int) -> [Double] {
    uniform("\(name) signs", count: count) { $0 < 0.5 ? 1 : -1 }.map(Double.init)
  }

  private static func values(_ declaration: ParameterDeclaration) -> [Float] {
    let (name, count, shape) = (declaration.name, declaration.count, declaration.shape)
    if name.hasSuffix("running_var") { return uniform(name, count: count) { 0.5 + $0 } }
    if name.hasSuffix("running_mean") || name.hasSuffix("bias") {
      return uniform(name, count: count) { 0.2 * ($0 - 0.5) }
    }
    if shape.count == 1 { return uniform(name, count: count) { 0.75 + 0.5 * $0 } }
    let fanIn = shape.dropFirst().reduce(1, *)
    let bound = (6 / Double(fanIn)).squareRoot()
    return uniform(name, count: count) { (2 * $0 - 1) * bound }
  }

  /// `transform` of `count` uniform values in `[0, 1)`, computed in double precision and rounded once.
  private static func uniform(_ name: String, count: Int, _ transform: (Double) -> Double) -> [Float] {
    var state = hash(name)
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        state &+= 0x9E37_79B9_7F4A_7C15
        buffer[index] = Float(transform(Double(mix(state) >> 40) / Double(1 << 24)))
      }
      initialized = count
    }
  }

  private static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private static func mix(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
