/// F(4, 3): 6 multiplications where plain sums take 12; 4 times fewer in two dimensions.
public enum WinogradF4: WinogradScheme {
  @inlinable @inline(__always)
  public static var outputs: Int { 4 }
  @inlinable @inline(__always)
  public static var inputs: Int { 6 }

  @inlinable @inline(__always)
  public static func transformInput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void
  ) {
    let (d0, d1, d2) = (load(0), load(1), load(2))
    let (d3, d4, d5) = (load(3), load(4), load(5))
    let (two, four, minusFour) = (ISA.broadcast(2), ISA.broadcast(4), ISA.broadcast(-4))
    // d4 - 4 d2 and d3 - 4 d1 make rows 1 and 2; d4 - d2 and 2 (d3 - d1) make rows 3 and 4.
    var even = d4
    ISA.multiplyAdd(&even, minusFour, d2)
    var odd = d3
    ISA.multiplyAdd(&odd, minusFour, d1)
    let outer = ISA.subtract(d4, d2)
    let inner = ISA.multiply(two, ISA.subtract(d3, d1))
    // 4 d0 - 5 d2 + d4 = (d4 - d2) + 4 (d0 - d2)
    var first = outer
    ISA.multiplyAdd(&first, four, ISA.subtract(d0, d2))
    // 4 d1 - 5 d3 + d5 = (d5 - d3) + 4 (d1 - d3)
    var last = ISA.subtract(d5, d3)
    ISA.multiplyAdd(&last, four, ISA.subtract(d1, d3))
    store(0, first)
    store(1, ISA.add(even, odd))
    store(2, ISA.subtract(even, odd))
    store(3, ISA.add(outer, inner))
    store(4, ISA.subtract(outer, inner))
    store(5, last)
  }

  @inlinable @inline(__always)
  public static func transformOutput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void
  ) {
    let (m1, m2, m3, m4) = (load(1), load(2), load(3), load(4))
    let (sum12, difference12) = (ISA.add(m1, m2), ISA.subtract(m1, m2))
    let (sum34, difference34) = (ISA.add(m3, m4), ISA.subtract(m3, m4))
    store(0, ISA.add(load(0), ISA.add(sum12, sum34)))
    var second = difference12
    ISA.multiplyAdd(&second, ISA.broadcast(2), difference34)
    store(1, second)
    var third = sum12
    ISA.multiplyAdd(&third, ISA.broadcast(4), sum34)
    store(2, third)
    var fourth = ISA.add(difference12, load(5))
    ISA.multiplyAdd(&fourth, ISA.broadcast(8), difference34)
    store(3, fourth)
  }

  @inlinable @inline(__always)
  public static func transformKernel(_ tap: (Int) -> Double, store: (Int, Double) -> Void) {
    let (g0, g1, g2) = (tap(0), tap(1), tap(2))
    store(0, g0 / 4)
    store(1, -(g0 + g1 + g2) / 6)
    store(2, -(g0 - g1 + g2) / 6)
    store(3, g0 / 24 + g1 / 12 + g2 / 6)
    store(4, g0 / 24 - g1 / 12 + g2 / 6)
    store(5, g2)
  }
}
