public import KernelTemplates

/// 16 registers of 8 values.
enum AVX2: InstructionSet {
  typealias Vector = SIMD8<Float>
}

extension KernelSet {
  public static let avx2 = KernelSet(
    name: "avx2", AVX2.self, tiles: [tiles1(AVX2.self), tiles2(AVX2.self).prefix(6) + []])
}
