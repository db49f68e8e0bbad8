/// One tile and one block of channels on its way into the transformed domain.
public struct WinogradInputArguments {
  /// First value of the tile's block in a map `[inputHeight][inputWidth][lanes]`; rows and columns outside of the map
  /// count as zero.
  public var map: UnsafePointer<Float>
  public var inputHeight: Int
  public var inputWidth: Int
  /// Row and column of the map at the tile's corner; may lie in the padding.
  public var row: Int
  public var column: Int
  /// Where frequency 0 goes, and how far it is to the next one.
  public var output: UnsafeMutablePointer<Float>
  public var frequencyStride: Int
  /// Room for what lies between columns and rows, a vector for each frequency.
  public var grid: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    map: UnsafePointer<Float>, inputHeight: Int, inputWidth: Int, row: Int, column: Int,
    output: UnsafeMutablePointer<Float>, frequencyStride: Int, grid: UnsafeMutablePointer<Float>
  ) {
    self.map = map
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.row = row
    self.column = column
    self.output = output
    self.frequencyStride = frequencyStride
    self.grid = grid
  }
}

/// One tile and one block of channels on its way back.
public struct WinogradOutputArguments {
  /// Frequency 0, and how far it is to the next one.
  public var input: UnsafePointer<Float>
  public var frequencyStride: Int
  /// `[lanes]`
  public var bias: UnsafePointer<Float>
  /// The tile's corner in the residual's map; laid out as the output.
  public var residual: UnsafePointer<Float>?
  /// The tile's corner in a map with rows `rowStride` apart.
  public var output: UnsafeMutablePointer<Float>
  public var rowStride: Int
  /// Rows and columns of the tile that lie in the map.
  public var rows: Int
  public var columns: Int
  public var epilogue: Epilogue
  /// Room for what lies between columns and rows, a vector for each frequency.
  public var grid: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    input: UnsafePointer<Float>, frequencyStride: Int, bias: UnsafePointer<Float>, residual: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, rowStride: Int, rows: Int, columns: Int, epilogue: Epilogue,
    grid: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.frequencyStride = frequencyStride
    self.bias = bias
    self.residual = residual
    self.output = output
    self.rowStride = rowStride
    self.rows = rows
    self.columns = columns
    self.epilogue = epilogue
    self.grid = grid
  }
}

/// The two-dimensional transforms around the products.
@usableFromInline
enum WinogradTransform<ISA: InstructionSet, Scheme: WinogradScheme> {
  /// `B^T d B`
  @inlinable @inline(__always)
  static func input(_ arguments: WinogradInputArguments) {
    let edge = Scheme.inputs
    let rows = arguments.row..<arguments.row + edge
    let columns = arguments.column..<arguments.column + edge
    let lanes = ISA.lanes
    prefetchTileBelow(arguments)
    if rows.lowerBound >= 0, rows.upperBound <= arguments.inputHeight, columns.lowerBound >= 0,
      columns.upperBound <= arguments.inputWidth
    {
      let corner = arguments.map + (arguments.row * arguments.inputWidth + arguments.column) * lanes
      let rowStride = arguments.inputWidth * lanes
      input(arguments) { ISA.load(corner + $0 * rowStride + $1 * lanes) }
    } else {
      input(arguments) { row, column in
        let (row, column) = (row + arguments.row, column + arguments.column)
        guard row >= 0, row < arguments.inputHeight, column >= 0, column < arguments.inputWidth else {
          return ISA.broadcast(0)
        }
        return ISA.load(arguments.map + (row * arguments.inputWidth + column) * lanes)
      }
    }
  }

  /// Asks for what the tile below reads and this one does not: until its turn comes there is time to fetch it.
  @inlinable @inline(__always)
  static func prefetchTileBelow(_ arguments: WinogradInputArguments) {
    let row = arguments.row + Scheme.inputs
    let start = arguments.map + (row * arguments.inputWidth + arguments.column + 1) * ISA.lanes
    for row in 0..<Scheme.inputs - 2 {
      for column in 0..<Scheme.inputs - 2 {
        ISA.prefetch(start + (row * arguments.inputWidth + column) * ISA.lanes)
      }
    }
  }

  @inlinable @inline(__always)
  static func input(_ arguments: WinogradInputArguments, load: (_ row: Int, _ column: Int) -> ISA.Vector) {
    let edge = Scheme.inputs
    let grid = arguments.grid
    for column in 0..<edge {
      Scheme.transformInput(ISA.self) {
        load($0, column)
      } store: {
        ISA.store($1, grid + ($0 * edge + column) * ISA.lanes)
      }
    }
    for row in 0..<edge {
      let output = arguments.output + row * edge * arguments.frequencyStride
      Scheme.transformInput(ISA.self) {
        ISA.load(grid + (row * edge + $0) * ISA.lanes)
      } store: {
        ISA.store($1, output + $0 * arguments.frequencyStride)
      }
    }
  }

  /// `A^T m A`, then bias, residual and the epilogue's bounds.
  @inlinable @inline(__always)
  static func output(_ arguments: WinogradOutputArguments) {
    let edge = Scheme.inputs
    let grid = arguments.grid
    for column in 0..<edge {
      let input = arguments.input + column * arguments.frequencyStride
      Scheme.transformOutput(ISA.self) {
        ISA.load(input + $0 * edge * arguments.frequencyStride)
      } store: {
        ISA.store($1, grid + ($0 * edge + column) * ISA.lanes)
      }
    }
    let bias = ISA.load(arguments.bias)
    let epilogue = arguments.epilogue
    let (lower, upper) = (ISA.broadcast(epilogue.lower), ISA.broadcast(epilogue.upper))
    for row in 0..<arguments.rows {
      Scheme.transformOutput(ISA.self) {
        ISA.load(grid + (row * edge + $0) * ISA.lanes)
      } store: {
        guard $0 < arguments.columns else { return }
        let offset = row * arguments.rowStride + $0 * ISA.lanes
        var value = ISA.add($1, bias)
        if let residual = arguments.residual { value = ISA.add(value, ISA.load(residual + offset)) }
        ISA.store(ISA.clamp(value, lower, upper), arguments.output + offset)
      }
    }
  }
}
