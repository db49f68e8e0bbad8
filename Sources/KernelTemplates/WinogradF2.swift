/// F(2, 3): 4 multiplications where plain sums take 6; 2.25 times fewer in two dimensions.
public enum WinogradF2: WinogradScheme {
  @inlinable @inline(__always)
  public static var outputs: Int { 2 }
  @inlinable @inline(__always)
  public static var inputs: Int { 4 }

  @inlinable @inline(__always)
  public static func transformInput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void
  ) {
    let (d0, d1, d2, d3) = (load(0), load(1), load(2), load(3))
    store(0, ISA.subtract(d0, d2))
    store(1, ISA.add(d1, d2))
    store(2, ISA.subtract(d2, d1))
    store(3, ISA.subtract(d1, d3))
  }

  @inlinable @inline(__always)
  public static func transformOutput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void
  ) {
    let (m0, m1, m2, m3) = (load(0), load(1), load(2), load(3))
    store(0, ISA.add(m0, ISA.add(m1, m2)))
    store(1, ISA.subtract(ISA.subtract(m1, m2), m3))
  }

  @inlinable @inline(__always)
  public static func transformKernel(_ tap: (Int) -> Double, store: (Int, Double) -> Void) {
    let (g0, g1, g2) = (tap(0), tap(1), tap(2))
    store(0, g0)
    store(1, (g0 + g1 + g2) / 2)
    store(2, (g0 - g1 + g2) / 2)
    store(3, g2)
  }
}
