/// Sums over one block of channels of one map.
public struct MomentArguments {
  /// `[vectors][lanes]`
  public var values: UnsafePointer<Float>
  public var vectors: Int
  /// `[lanes]`: taken from every value first, so that few digits are lost where the mean is far from zero.
  public var shift: UnsafePointer<Float>
  /// `[2][lanes]`: the sum of `value - shift`, and of its square.
  public var sums: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    values: UnsafePointer<Float>, vectors: Int, shift: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    self.values = values
    self.vectors = vectors
    self.shift = shift
    self.sums = sums
  }
}

@usableFromInline
enum Moments<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: MomentArguments) {
    let shift = ISA.load(arguments.shift)
    var (sums, squares) = (Quartet<ISA>(), Quartet<ISA>())
    Quartet<ISA>.sweep(arguments.vectors) { index, part in
      let value = ISA.subtract(ISA.load(arguments.values + index * ISA.lanes), shift)
      sums.add(value, part)
      squares.addProduct(value, value, part)
    }
    ISA.store(sums.total, arguments.sums)
    ISA.store(squares.total, arguments.sums + ISA.lanes)
  }
}

/// Four partial sums: one would make each addition wait for the one before it.
@usableFromInline
struct Quartet<ISA: InstructionSet> {
  @usableFromInline
  var parts = InlineArray<4, ISA.Vector>(repeating: ISA.broadcast(0))

  @inlinable @inline(__always)
  init() {}

  @inlinable @inline(__always)
  mutating func add(_ value: ISA.Vector, _ part: Int) { parts[part] = ISA.add(parts[part], value) }

  @inlinable @inline(__always)
  mutating func addProduct(_ a: ISA.Vector, _ b: ISA.Vector, _ part: Int) { ISA.multiplyAdd(&parts[part], a, b) }

  @inlinable @inline(__always)
  var total: ISA.Vector { ISA.add(ISA.add(parts[0], parts[1]), ISA.add(parts[2], parts[3])) }

  /// Calls `body(index, part)` for every index, neighbours with different parts.
  @inlinable @inline(__always)
  static func sweep(_ count: Int, _ body: (_ index: Int, _ part: Int) -> Void) {
    var index = 0
    while index + 4 <= count {
      unrolled(4) { body(index + $0, $0) }
      index += 4
    }
    while index < count {
      body(index, 0)
      index += 1
    }
  }
}
