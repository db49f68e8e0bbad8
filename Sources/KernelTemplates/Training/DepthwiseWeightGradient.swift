/// The weight gradient of one block of channels of a depthwise convolution, over one map.
public struct DepthwiseWeightGradientArguments {
  /// `[inputHeight][inputWidth][lanes]`
  public var input: UnsafePointer<Float>
  public var geometry: WindowGeometry
  /// `[outputHeight][outputWidth][lanes]`
  public var gradient: UnsafePointer<Float>
  /// `[kernelHeight * kernelWidth][lanes]`
  public var sums: UnsafeMutablePointer<Float>
  /// Whether the sums go on from those in memory, rather than from zero.
  public var continues: Bool

  @inlinable
  public init(
    input: UnsafePointer<Float>, geometry: WindowGeometry, gradient: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>, continues: Bool
  ) {
    self.input = input
    self.geometry = geometry
    self.gradient = gradient
    self.sums = sums
    self.continues = continues
  }
}

@usableFromInline
enum DepthwiseWeightGradient<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: DepthwiseWeightGradientArguments) {
    let geometry = arguments.geometry
    for tap in 0..<geometry.kernelArea {
      let (kernelRow, kernelColumn) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
      let sum = sum(arguments, kernelRow, kernelColumn)
      let place = arguments.sums + tap * ISA.lanes
      ISA.store(arguments.continues ? ISA.add(ISA.load(place), sum) : sum, place)
    }
  }

  /// Over all positions at which the tap reads a real value, not padding.
  @inlinable @inline(__always)
  static func sum(
    _ arguments: DepthwiseWeightGradientArguments, _ kernelRow: Int, _ kernelColumn: Int
  ) -> ISA.Vector {
    let geometry = arguments.geometry
    let columns = geometry.realOutputColumns(kernel: kernelColumn)
    let inputStride = geometry.strideWidth * ISA.lanes
    var sums = Quartet<ISA>()
    for row in 0..<geometry.outputHeight {
      let inputRow = geometry.inputRow(output: row, kernel: kernelRow)
      guard inputRow >= 0, inputRow < geometry.inputHeight else { continue }
      let gradient = arguments.gradient + (row * geometry.outputWidth + columns.lowerBound) * ISA.lanes
      let first = geometry.firstInputColumn(kernel: kernelColumn) + columns.lowerBound * geometry.strideWidth
      let input = arguments.input + (inputRow * geometry.inputWidth + first) * ISA.lanes
      Quartet<ISA>.sweep(columns.count) { column, part in
        sums.addProduct(ISA.load(input + column * inputStride), ISA.load(gradient + column * ISA.lanes), part)
      }
    }
    return sums.total
  }
}
