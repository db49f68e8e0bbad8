extension CounterGenerator {
  /// The 64-bit FNV-1a hash of a name, as a place in a counter.
  static func place(of name: String) -> Int {
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash)
  }
}
