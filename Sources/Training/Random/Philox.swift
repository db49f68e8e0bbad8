/// Philox4x64-10: ten rounds of multiplications turn a counter and a key into four random words, without any state.
///
/// Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, 2011, section 3.3. The constants are those of
/// Random123 and of `numpy.random.Philox`. For each key it is a permutation of the counters, so two counters never
/// give the same block.
enum Philox {
  private static let multipliers: (UInt64, UInt64) = (0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157)
  /// The golden ratio, and the square root of 3 less 1.
  private static let keyIncrements: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B)

  static func block(counter: SIMD4<UInt64>, key: SIMD2<UInt64>) -> SIMD4<UInt64> {
    var (x0, x1, x2, x3) = (counter[0], counter[1], counter[2], counter[3])
    var (key0, key1) = (key[0], key[1])
    for _ in 0..<10 {
      let first = multipliers.0.multipliedFullWidth(by: x0)
      let second = multipliers.1.multipliedFullWidth(by: x2)
      (x0, x1, x2, x3) = (second.high ^ x1 ^ key0, second.low, first.high ^ x3 ^ key1, first.low)
      key0 &+= keyIncrements.0
      key1 &+= keyIncrements.1
    }
    return SIMD4(x0, x1, x2, x3)
  }
}
