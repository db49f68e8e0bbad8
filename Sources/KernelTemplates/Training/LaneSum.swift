/// Some lanes of every vector, added to others.
public struct LaneSumArguments {
  /// `[vectors][lanes]`, moved so that each number has the lane that it goes to.
  public var values: UnsafePointer<Float>
  /// `[lanes]`: 1 for lanes that are added, 0 for the others.
  public var mask: UnsafePointer<Float>
  public var vectors: Int
  /// `[vectors][lanes]`: what the lanes are added to.
  public var output: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    values: UnsafePointer<Float>, mask: UnsafePointer<Float>, vectors: Int, output: UnsafeMutablePointer<Float>
  ) {
    self.values = values
    self.mask = mask
    self.vectors = vectors
    self.output = output
  }
}

@usableFromInline
enum LaneSum<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: LaneSumArguments) {
    let (zero, mask) = (ISA.broadcast(0), ISA.load(arguments.mask))
    for place in stride(from: 0, to: arguments.vectors * ISA.lanes, by: ISA.lanes) {
      let added = ISA.select(mask, above: zero, ISA.load(arguments.values + place), zero)
      ISA.store(ISA.add(ISA.load(arguments.output + place), added), arguments.output + place)
    }
  }
}
