/// F(6, 3): 8 multiplications where plain sums take 18; 5.06 times fewer in two dimensions. Points 0, 1, -1, 2, -2, 1/2,
/// -1/2 and infinity.
public enum WinogradF6: WinogradScheme {
  @inlinable @inline(__always)
  public static var outputs: Int { 6 }
  @inlinable @inline(__always)
  public static var inputs: Int { 8 }

  @inlinable @inline(__always)
  public static func transformInput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void
  ) {
    let (d0, d1, d2, d3) = (load(0), load(1), load(2), load(3))
    let (d4, d5, d6, d7) = (load(4), load(5), load(6), load(7))
    let outer = ISA.broadcast(21 / 4)
    store(0, ISA.adding(ISA.subtract(d0, d6), outer, ISA.subtract(d4, d2)))
    store(7, ISA.adding(ISA.subtract(d7, d1), outer, ISA.subtract(d3, d5)))
    // Pairs of points that differ in sign share the sums over even and over odd values.
    let one = ISA.broadcast(-17 / 4)
    storePair(ISA.self, 1, ISA.adding(ISA.add(d2, d6), one, d4), ISA.adding(ISA.add(d1, d5), one, d3), store)
    let (quarter, half, two, four) = (ISA.broadcast(1 / 4), ISA.broadcast(1 / 2), ISA.broadcast(2), ISA.broadcast(4))
    let evenTwo = ISA.adding(ISA.adding(d6, quarter, d2), ISA.broadcast(-5 / 4), d4)
    let oddTwo = ISA.adding(ISA.adding(ISA.multiply(half, d1), two, d5), ISA.broadcast(-5 / 2), d3)
    storePair(ISA.self, 3, evenTwo, oddTwo, store)
    let evenHalf = ISA.adding(ISA.adding(d6, four, d2), ISA.broadcast(-5), d4)
    let oddHalf = ISA.adding(ISA.adding(ISA.multiply(two, d1), half, d5), ISA.broadcast(-5 / 2), d3)
    storePair(ISA.self, 5, evenHalf, oddHalf, store)
  }

  /// Stores `even + odd` and `even - odd`.
  @inlinable @inline(__always)
  static func storePair<ISA: InstructionSet>(
    _: ISA.Type, _ index: Int, _ even: ISA.Vector, _ odd: ISA.Vector, _ store: (Int, ISA.Vector) -> Void
  ) {
    store(index, ISA.add(even, odd))
    store(index + 1, ISA.subtract(even, odd))
  }

  @inlinable @inline(__always)
  public static func transformOutput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void
  ) {
    let (sum1, difference1) = pair(ISA.self, load(1), load(2))
    let (sum2, difference2) = pair(ISA.self, load(3), load(4))
    let (sumHalf, differenceHalf) = pair(ISA.self, load(5), load(6))
    store(0, ISA.add(ISA.add(load(0), sum1), ISA.add(sum2, sumHalf)))
    store(2, weighted(ISA.self, sum1, 4, sum2, 1 / 4, sumHalf))
    store(4, weighted(ISA.self, sum1, 16, sum2, 1 / 16, sumHalf))
    store(1, weighted(ISA.self, difference1, 2, difference2, 1 / 2, differenceHalf))
    store(3, weighted(ISA.self, difference1, 8, difference2, 1 / 8, differenceHalf))
    store(5, weighted(ISA.self, ISA.add(difference1, load(7)), 32, difference2, 1 / 32, differenceHalf))
  }

  @inlinable @inline(__always)
  static func pair<ISA: InstructionSet>(
    _: ISA.Type, _ a: ISA.Vector, _ b: ISA.Vector
  ) -> (sum: ISA.Vector, difference: ISA.Vector) {
    (ISA.add(a, b), ISA.subtract(a, b))
  }

  /// `a + scaleB * b + scaleC * c`
  @inlinable @inline(__always)
  static func weighted<ISA: InstructionSet>(
    _: ISA.Type, _ a: ISA.Vector, _ scaleB: Float, _ b: ISA.Vector, _ scaleC: Float, _ c: ISA.Vector
  ) -> ISA.Vector {
    ISA.adding(ISA.adding(a, ISA.broadcast(scaleB), b), ISA.broadcast(scaleC), c)
  }

  @inlinable @inline(__always)
  public static func transformKernel(_ tap: (Int) -> Double, store: (Int, Double) -> Void) {
    let (g0, g1, g2) = (tap(0), tap(1), tap(2))
    store(0, g0)
    store(1, -2 * (g0 + g1 + g2) / 9)
    store(2, -2 * (g0 - g1 + g2) / 9)
    store(3, (g0 + 2 * g1 + 4 * g2) / 90)
    store(4, (g0 - 2 * g1 + 4 * g2) / 90)
    store(5, (32 * g0 + 16 * g1 + 8 * g2) / 45)
    store(6, (32 * g0 - 16 * g1 + 8 * g2) / 45)
    store(7, g2)
  }
}
