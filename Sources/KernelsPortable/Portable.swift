public import KernelTemplates

/// Four values at a time, which every x86-64 and arm64 processor has.
enum Portable: InstructionSet {
  typealias Vector = SIMD4<Float>
}

extension KernelSet {
  public static let portable = KernelSet(
    name: "portable", Portable.self, tiles: [tiles1(Portable.self), tiles2(Portable.self).prefix(6) + []])
}
