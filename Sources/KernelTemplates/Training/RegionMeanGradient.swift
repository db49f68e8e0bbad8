/// The mean of a rectangle of one block of channels, on its way back.
public struct RegionMeanGradientArguments {
  /// `[lanes]`: the gradient of the mean.
  public var gradient: UnsafePointer<Float>
  /// Columns of the map.
  public var width: Int
  public var rows: Range<Int>
  public var columns: Range<Int>
  /// `[height][width][lanes]`: what the gradient of the map is added to.
  public var result: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    gradient: UnsafePointer<Float>, width: Int, rows: Range<Int>, columns: Range<Int>,
    result: UnsafeMutablePointer<Float>
  ) {
    self.gradient = gradient
    self.width = width
    self.rows = rows
    self.columns = columns
    self.result = result
  }
}

@usableFromInline
enum RegionMeanGradient<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: RegionMeanGradientArguments) {
    let count = Float(arguments.rows.count * arguments.columns.count)
    let share = ISA.multiply(ISA.load(arguments.gradient), ISA.broadcast(1 / count))
    for row in arguments.rows {
      let line = arguments.result + row * arguments.width * ISA.lanes
      for column in arguments.columns {
        let place = line + column * ISA.lanes
        ISA.store(ISA.add(ISA.load(place), share), place)
      }
    }
  }
}
