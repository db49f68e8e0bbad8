/// Some vectors of a value, of which each number is dropped or made larger.
public struct DropoutArguments {
  /// `[vectors][lanes]`
  public var values: UnsafePointer<Float>
  /// `[vectors][lanes]`; may be `values`.
  public var output: UnsafeMutablePointer<Float>
  public var vectors: Int
  /// Index of the first number, and how far it is to that of the next lane's and of the next vector's: the same number
  /// draws the same lot wherever it lies in memory.
  public var firstIndex: Int
  public var laneStride: Int
  public var vectorStride: Int
  /// Chooses the lots.
  public var key: UInt64
  /// Of being dropped, 0 to 1.
  public var probability: Float
  /// What the others are multiplied by.
  public var factor: Float

  @inlinable
  public init(
    values: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, vectors: Int, firstIndex: Int, laneStride: Int,
    vectorStride: Int, key: UInt64, probability: Float, factor: Float
  ) {
    self.values = values
    self.output = output
    self.vectors = vectors
    self.firstIndex = firstIndex
    self.laneStride = laneStride
    self.vectorStride = vectorStride
    self.key = key
    self.probability = probability
    self.factor = factor
  }
}

@usableFromInline
enum Dropout<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: DropoutArguments) {
    let (zero, factor) = (ISA.broadcast(0), ISA.broadcast(arguments.factor))
    let probability = ISA.broadcast(arguments.probability)
    let laneStride = UInt32(truncatingIfNeeded: arguments.laneStride)
    var index = arguments.firstIndex
    for place in stride(from: 0, to: arguments.vectors * ISA.lanes, by: ISA.lanes) {
      let lots = ISA.uniform(first: UInt32(truncatingIfNeeded: index), step: laneStride, key: arguments.key)
      let kept = ISA.multiply(ISA.load(arguments.values + place), factor)
      ISA.store(ISA.select(lots, above: probability, kept, zero), arguments.output + place)
      index += arguments.vectorStride
    }
  }
}
