/// Two maps in blocks, or a map and one vector of each block, become one.
public struct CombinationArguments {
  public enum Operation: Sendable {
    /// `a * b`
    case multiply
    /// `a * b + c`
    case scaleAndShift
    /// `a` where positive, `a * b` elsewhere.
    case scaleNegative
  }

  public var operation: Operation
  /// `[vectors][lanes]`
  public var a: UnsafePointer<Float>
  /// `[vectors][lanes]`, or `[lanes]` where `isPerBlock`.
  public var b: UnsafePointer<Float>
  /// `[lanes]`; read by `scaleAndShift` alone.
  public var c: UnsafePointer<Float>?
  /// Whether `b` is one vector for all of `a`.
  public var isPerBlock: Bool
  public var vectors: Int
  /// `[vectors][lanes]`; may be `a`.
  public var output: UnsafeMutablePointer<Float>
  public var epilogue: Epilogue

  @inlinable
  public init(
    _ operation: Operation, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>? = nil,
    isPerBlock: Bool, vectors: Int, output: UnsafeMutablePointer<Float>, epilogue: Epilogue
  ) {
    self.operation = operation
    self.a = a
    self.b = b
    self.c = c
    self.isPerBlock = isPerBlock
    self.vectors = vectors
    self.output = output
    self.epilogue = epilogue
  }
}

/// Value by value.
@usableFromInline
enum Combination<ISA: InstructionSet> {
  /// Vectors that are computed before a function is applied to them: few enough to stay in the first-level cache.
  @inlinable
  static var stretch: Int { 128 }

  @inlinable @inline(__always)
  static func run(_ arguments: CombinationArguments) {
    for first in Swift.stride(from: 0, to: arguments.vectors, by: stretch) {
      let vectors = first..<min(first + stretch, arguments.vectors)
      switch arguments.operation {
      case .multiply: each(arguments, vectors) { ISA.multiply($0, $1) }
      case .scaleAndShift:
        let shift = ISA.load(arguments.c.unsafelyUnwrapped)
        each(arguments, vectors) { ISA.adding(shift, $0, $1) }
      case .scaleNegative:
        let zero = ISA.broadcast(0)
        each(arguments, vectors) { ISA.adding(ISA.maximum($0, zero), ISA.minimum($0, zero), $1) }
      }
      if let function = arguments.epilogue.function {
        ActivationSweep<ISA>.run(
          ActivationArguments(
            arguments.output + first * ISA.lanes, rows: 1, rowStride: 0, columns: vectors.count,
            columnStride: ISA.lanes, function))
      }
    }
  }

  @inlinable @inline(__always)
  static func each(
    _ arguments: CombinationArguments, _ vectors: Range<Int>,
    _ combine: (_ a: ISA.Vector, _ b: ISA.Vector) -> ISA.Vector
  ) {
    let (lower, upper) = (ISA.broadcast(arguments.epilogue.lower), ISA.broadcast(arguments.epilogue.upper))
    let (a, output) = (arguments.a, arguments.output)
    if arguments.isPerBlock {
      let b = ISA.load(arguments.b)
      for index in vectors {
        let place = index * ISA.lanes
        ISA.store(ISA.clamp(combine(ISA.load(a + place), b), lower, upper), output + place)
      }
    } else {
      for index in vectors {
        let place = index * ISA.lanes
        ISA.store(ISA.clamp(combine(ISA.load(a + place), ISA.load(arguments.b + place)), lower, upper), output + place)
      }
    }
  }
}
