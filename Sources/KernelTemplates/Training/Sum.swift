/// Two values that are added, vector by vector.
public struct SumArguments {
  /// `[vectors][lanes]` each; the output may be one of the others.
  public var a: UnsafePointer<Float>
  public var b: UnsafePointer<Float>
  public var vectors: Int
  public var output: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    a: UnsafePointer<Float>, b: UnsafePointer<Float>, vectors: Int, output: UnsafeMutablePointer<Float>
  ) {
    self.a = a
    self.b = b
    self.vectors = vectors
    self.output = output
  }
}

@usableFromInline
enum Sum<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: SumArguments) {
    for place in stride(from: 0, to: arguments.vectors * ISA.lanes, by: ISA.lanes) {
      ISA.store(ISA.add(ISA.load(arguments.a + place), ISA.load(arguments.b + place)), arguments.output + place)
    }
  }
}
