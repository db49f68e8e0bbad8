/// 3x3 kernels of one input channel and some output channels on their way into the transformed domain.
public struct WinogradWeightArguments {
  /// The first output channel's kernel; the next ones' lie `outputStride` floats apart.
  public var kernels: UnsafePointer<Float>
  public var outputStride: Int
  /// Offsets of a kernel's nine values, row by row; below zero for zero.
  public var taps: UnsafePointer<Int>
  /// Output channels, at most `lanes`; the others count as zero.
  public var outputs: Int
  /// `[edge][3]`: the transform G of each dimension.
  public var matrix: UnsafePointer<Float>
  /// Frequencies of one dimension.
  public var edge: Int
  /// Where frequency 0 goes, and how far it is to the next one.
  public var output: UnsafeMutablePointer<Float>
  public var frequencyStride: Int
  /// Room for `9 + 3 edge` vectors.
  public var grid: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    kernels: UnsafePointer<Float>, outputStride: Int, taps: UnsafePointer<Int>, outputs: Int,
    matrix: UnsafePointer<Float>, edge: Int, output: UnsafeMutablePointer<Float>, frequencyStride: Int,
    grid: UnsafeMutablePointer<Float>
  ) {
    self.kernels = kernels
    self.outputStride = outputStride
    self.taps = taps
    self.outputs = outputs
    self.matrix = matrix
    self.edge = edge
    self.output = output
    self.frequencyStride = frequencyStride
    self.grid = grid
  }
}

/// `G g G^T`, a kernel in each lane.
@usableFromInline
enum WinogradWeights<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func transform(_ arguments: WinogradWeightArguments) {
    let (gathered, half) = (arguments.grid, arguments.grid + 9 * ISA.lanes)
    for tap in 0..<9 {
      let line = gathered + tap * ISA.lanes
      let outputs = arguments.taps[tap] < 0 ? 0 : arguments.outputs
      for lane in 0..<outputs { line[lane] = arguments.kernels[arguments.taps[tap] + lane * arguments.outputStride] }
      for lane in outputs..<ISA.lanes { line[lane] = 0 }
    }
    for row in 0..<arguments.edge {
      let factors = factors(arguments, row)
      for column in 0..<3 {
        let first = gathered + column * ISA.lanes
        ISA.store(product(factors, first, stride: 3 * ISA.lanes), half + (row * 3 + column) * ISA.lanes)
      }
    }
    for column in 0..<arguments.edge {
      let factors = factors(arguments, column)
      for row in 0..<arguments.edge {
        let place = arguments.output + (row * arguments.edge + column) * arguments.frequencyStride
        ISA.store(product(factors, half + row * 3 * ISA.lanes, stride: ISA.lanes), place)
      }
    }
  }

  @inlinable @inline(__always)
  static func factors(_ arguments: WinogradWeightArguments, _ row: Int) -> (ISA.Vector, ISA.Vector, ISA.Vector) {
    let line = arguments.matrix + row * 3
    return (ISA.broadcast(line[0]), ISA.broadcast(line[1]), ISA.broadcast(line[2]))
  }

  @inlinable @inline(__always)
  static func product(
    _ factors: (ISA.Vector, ISA.Vector, ISA.Vector), _ values: UnsafePointer<Float>, stride: Int
  ) -> ISA.Vector {
    let sum = ISA.multiply(factors.0, ISA.load(values))
    return ISA.adding(ISA.adding(sum, factors.1, ISA.load(values + stride)), factors.2, ISA.load(values + 2 * stride))
  }
}

extension WinogradAlgorithm {
  /// The transform of a kernel's three values in one dimension, `[inputs][3]`, row-major.
  public var kernelTransform: [Float] {
    func matrix(_ scheme: (some WinogradScheme).Type) -> [Float] {
      var values = [Float](repeating: 0, count: scheme.inputs * 3)
      for column in 0..<3 {
        scheme.transformKernel {
          $0 == column ? 1 : 0
        } store: {
          values[$0 * 3 + column] = Float($1)
        }
      }
      return values
    }
    return switch self {
    case .f6: matrix(WinogradF6.self)
    case .f4: matrix(WinogradF4.self)
    case .f2: matrix(WinogradF2.self)
    case .f4Stride2: matrix(WinogradF4Stride2.self)
    case .f2Stride2: matrix(WinogradF2Stride2.self)
    }
  }
}
