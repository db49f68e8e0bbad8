import Glibc

/// Random numbers of one tensor, by place: SplitMix64's output function (Steele et al., 2014) over a counter.
struct InitializationNumbers: Sendable {
  private let key: UInt64

  init(seed: UInt64, tensor name: String) {
    // 64-bit FNV-1a, which tells names apart.
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    key = Self.mixed(Self.mixed(seed) ^ hash)
  }

  /// In `[0, 1)`, of 53 bits.
  func uniform(_ index: Int) -> Double { Double(bits(UInt64(index)) >> 11) * 0x1p-53 }

  /// Of mean 0 and variance 1: Box and Muller, 1958; neighbours share a pair of uniform numbers.
  func normal(_ index: Int) -> Double {
    let pair = index & ~1
    // In `(0, 1]`, of which there is a logarithm.
    let radius = (-2 * log(1 - uniform(pair))).squareRoot()
    let angle = 2 * Double.pi * uniform(pair + 1)
    return radius * (index == pair ? cos(angle) : sin(angle))
  }

  private func bits(_ index: UInt64) -> UInt64 { Self.mixed(key &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15) }

  private static func mixed(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
