/// F(4, 4): 7 multiplications where plain sums take 16. Points 0, 1, -1, 2, -2, 1/2 and infinity.
///
/// Its transforms are those of F(4, 3) on `e(i) = d(i + 1) - d(i) / 2`, which is what the point 1/2 adds to them.
public enum WinogradF4Taps4: WinogradScheme {
  @inlinable @inline(__always)
  public static var outputs: Int { 4 }
  @inlinable @inline(__always)
  public static var taps: Int { 4 }
  @inlinable @inline(__always)
  public static var inputs: Int { 7 }

  @inlinable @inline(__always)
  public static func transformInput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void
  ) {
    let (d0, d1, d2, d3) = (load(0), load(1), load(2), load(3))
    let (d4, d5, d6) = (load(4), load(5), load(6))
    let minusHalf = ISA.broadcast(-1 / 2)
    let (e0, e1, e2) = (
      ISA.adding(d1, minusHalf, d0), ISA.adding(d2, minusHalf, d1), ISA.adding(d3, minusHalf, d2)
    )
    let (e3, e4, e5) = (
      ISA.adding(d4, minusHalf, d3), ISA.adding(d5, minusHalf, d4), ISA.adding(d6, minusHalf, d5)
    )
    let (two, four) = (ISA.broadcast(2), ISA.broadcast(4))
    let (minusFour, minusFive) = (ISA.broadcast(-4), ISA.broadcast(-5))
    store(0, ISA.adding(ISA.adding(e4, minusFive, e2), four, e0))
    let (evenOne, oddOne) = (ISA.adding(e4, minusFour, e2), ISA.adding(e3, minusFour, e1))
    store(1, ISA.add(evenOne, oddOne))
    store(2, ISA.subtract(evenOne, oddOne))
    let (evenTwo, oddTwo) = (ISA.subtract(e4, e2), ISA.subtract(e3, e1))
    store(3, ISA.adding(evenTwo, two, oddTwo))
    store(4, ISA.adding(evenTwo, ISA.broadcast(-2), oddTwo))
    store(5, ISA.adding(ISA.adding(d5, minusFive, d3), four, d1))
    store(6, ISA.adding(ISA.adding(e5, minusFive, e3), four, e1))
  }

  @inlinable @inline(__always)
  public static func transformOutput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void
  ) {
    let (m1, m2, m3, m4) = (load(1), load(2), load(3), load(4))
    let half = load(5)
    let (sumOne, differenceOne) = (ISA.add(m1, m2), ISA.subtract(m1, m2))
    let (sumTwo, differenceTwo) = (ISA.add(m3, m4), ISA.subtract(m3, m4))
    store(0, ISA.add(ISA.add(load(0), sumOne), ISA.add(sumTwo, half)))
    store(1, ISA.adding(ISA.adding(differenceOne, ISA.broadcast(2), differenceTwo), ISA.broadcast(1 / 2), half))
    store(2, ISA.adding(ISA.adding(sumOne, ISA.broadcast(4), sumTwo), ISA.broadcast(1 / 4), half))
    let last = ISA.add(differenceOne, load(6))
    store(3, ISA.adding(ISA.adding(last, ISA.broadcast(8), differenceTwo), ISA.broadcast(1 / 8), half))
  }

  @inlinable @inline(__always)
  public static func transformKernel(_ tap: (Int) -> Double, store: (Int, Double) -> Void) {
    let (g0, g1, g2, g3) = (tap(0), tap(1), tap(2), tap(3))
    store(0, -g0 / 2)
    store(1, -(g0 + g1 + g2 + g3) / 3)
    store(2, (g0 - g1 + g2 - g3) / 9)
    store(3, (g0 + 2 * g1 + 4 * g2 + 8 * g3) / 36)
    store(4, -(g0 - 2 * g1 + 4 * g2 - 8 * g3) / 60)
    store(5, (32 * g0 + 16 * g1 + 8 * g2 + 4 * g3) / 45)
    store(6, g3)
  }
}
