/// Transforms along the rows of a map alone, compiled for one instruction set.
public struct WinogradRowKernels: Sendable {
  public let input: @Sendable (WinogradRowInputArguments) -> Void
  public let output: @Sendable (WinogradRowOutputArguments) -> Void

  @inlinable @inline(__always)
  init<ISA: InstructionSet, Scheme: WinogradScheme>(_: ISA.Type, _: Scheme.Type) {
    input = { transformRow(ISA.self, Scheme.self, $0) }
    output = { transformRowBack(ISA.self, Scheme.self, $0) }
  }

  /// The scheme for sums over `taps` neighbours, if there is one.
  public static func shape(taps: Int) -> WinogradShape? {
    switch taps {
    case 3: WinogradShape(WinogradF4.self)
    case 4: WinogradShape(WinogradF4Taps4.self)
    default: nil
    }
  }
}

/// Some tiles of one row of one channel on their way into the transformed domain, a tile in each lane.
public struct WinogradRowInputArguments {
  /// First tile's value 0.
  public var row: UnsafePointer<Float>
  /// Where each of a tile's values lies, from its value 0.
  public var offsets: UnsafePointer<Int>
  /// Vectors of tiles.
  public var vectors: Int
  /// Where frequency 0 of the first tile goes, and how far it is to the next frequency.
  public var output: UnsafeMutablePointer<Float>
  public var frequencyStride: Int

  @inlinable
  public init(
    row: UnsafePointer<Float>, offsets: UnsafePointer<Int>, vectors: Int, output: UnsafeMutablePointer<Float>,
    frequencyStride: Int
  ) {
    self.row = row
    self.offsets = offsets
    self.vectors = vectors
    self.output = output
    self.frequencyStride = frequencyStride
  }
}

/// Some tiles of one row of one block of channels on their way back, a channel in each lane.
public struct WinogradRowOutputArguments {
  /// Frequency 0 of the first tile, how far it is to the next frequency; tiles lie side by side.
  public var input: UnsafePointer<Float>
  public var frequencyStride: Int
  /// `[lanes]`
  public var bias: UnsafePointer<Float>
  /// The first tile's first position in the output's map.
  public var output: UnsafeMutablePointer<Float>
  /// Positions from there on that lie in the map, over all tiles.
  public var columns: Int
  public var epilogue: Epilogue

  @inlinable
  public init(
    input: UnsafePointer<Float>, frequencyStride: Int, bias: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    columns: Int, epilogue: Epilogue
  ) {
    self.input = input
    self.frequencyStride = frequencyStride
    self.bias = bias
    self.output = output
    self.columns = columns
    self.epilogue = epilogue
  }
}

@inlinable @inline(__always)
func transformRow<ISA: InstructionSet, Scheme: WinogradScheme>(
  _: ISA.Type, _: Scheme.Type, _ arguments: WinogradRowInputArguments
) {
  for first in stride(from: 0, to: arguments.vectors * ISA.lanes, by: ISA.lanes) {
    let (row, output) = (arguments.row + first, arguments.output + first)
    Scheme.transformInput(ISA.self) {
      ISA.load(row + arguments.offsets[$0])
    } store: {
      ISA.store($1, output + $0 * arguments.frequencyStride)
    }
  }
}

@inlinable @inline(__always)
func transformRowBack<ISA: InstructionSet, Scheme: WinogradScheme>(
  _: ISA.Type, _: Scheme.Type, _ arguments: WinogradRowOutputArguments
) {
  let bias = ISA.load(arguments.bias)
  let epilogue = arguments.epilogue
  let (lower, upper) = (ISA.broadcast(epilogue.lower), ISA.broadcast(epilogue.upper))
  var (input, output, columns) = (arguments.input, arguments.output, arguments.columns)
  while columns > 0 {
    Scheme.transformOutput(ISA.self) {
      ISA.load(input + $0 * arguments.frequencyStride)
    } store: {
      guard $0 < columns else { return }
      ISA.store(ISA.clamp(ISA.add($1, bias), lower, upper), output + $0 * ISA.lanes)
    }
    input += ISA.lanes
    output += Scheme.outputs * ISA.lanes
    columns -= Scheme.outputs
  }
}
