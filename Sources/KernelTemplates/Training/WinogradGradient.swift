/// One tile of 4 x 4 output gradients of one block of channels on its way into the transformed domain of F(3x3, 4x4).
public struct WinogradGradientArguments {
  /// The block's map `[height][width][lanes]`; rows and columns outside of it count as zero.
  public var map: UnsafePointer<Float>
  public var height: Int
  public var width: Int
  /// Row and column of the tile's corner.
  public var row: Int
  public var column: Int
  /// Where frequency 0 goes, and how far it is to the next one.
  public var output: UnsafeMutablePointer<Float>
  public var frequencyStride: Int
  /// Room for 36 vectors.
  public var grid: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    map: UnsafePointer<Float>, height: Int, width: Int, row: Int, column: Int, output: UnsafeMutablePointer<Float>,
    frequencyStride: Int, grid: UnsafeMutablePointer<Float>
  ) {
    self.map = map
    self.height = height
    self.width = width
    self.row = row
    self.column = column
    self.output = output
    self.frequencyStride = frequencyStride
    self.grid = grid
  }
}

/// Sums of products in the transformed domain, on their way to the gradient of 3x3 kernels: one input channel, one block
/// of output channels.
public struct WinogradWeightGradientArguments {
  /// Frequency 0, and how far it is to the next one.
  public var sums: UnsafePointer<Float>
  public var frequencyStride: Int
  /// `[9][lanes]`
  public var output: UnsafeMutablePointer<Float>
  /// Room for 36 vectors.
  public var grid: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    sums: UnsafePointer<Float>, frequencyStride: Int, output: UnsafeMutablePointer<Float>,
    grid: UnsafeMutablePointer<Float>
  ) {
    self.sums = sums
    self.frequencyStride = frequencyStride
    self.output = output
    self.grid = grid
  }
}

/// F(3, 4) in both dimensions: the gradient of a kernel of three taps is a convolution of the map with the output's
/// gradient, in tiles of four. The points are those of `WinogradF4` (0, 1, -1, 2, -2, infinity), and so is the transform of
/// the map.
///
/// Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016, section 4.
@usableFromInline
enum WinogradGradient<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func transform(_ arguments: WinogradGradientArguments) {
    let (rows, columns) = (arguments.height - arguments.row, arguments.width - arguments.column)
    let corner = arguments.map + (arguments.row * arguments.width + arguments.column) * ISA.lanes
    let rowStride = arguments.width * ISA.lanes
    // The tile below: until its turn comes there is time to fetch it.
    for row in 4..<8 {
      for column in 0..<4 { ISA.prefetch(corner + row * rowStride + column * ISA.lanes) }
    }
    if rows >= 4, columns >= 4 {
      transform(arguments) { ISA.load(corner + $0 * rowStride + $1 * ISA.lanes) }
    } else {
      transform(arguments) {
        $0 < rows && $1 < columns ? ISA.load(corner + $0 * rowStride + $1 * ISA.lanes) : ISA.broadcast(0)
      }
    }
  }

  @inlinable @inline(__always)
  static func transform(_ arguments: WinogradGradientArguments, load: (_ row: Int, _ column: Int) -> ISA.Vector) {
    let grid = arguments.grid
    for column in 0..<4 {
      transform {
        load($0, column)
      } store: {
        ISA.store($1, grid + ($0 * 4 + column) * ISA.lanes)
      }
    }
    for row in 0..<6 {
      let output = arguments.output + row * 6 * arguments.frequencyStride
      transform {
        ISA.load(grid + (row * 4 + $0) * ISA.lanes)
      } store: {
        ISA.store($1, output + $0 * arguments.frequencyStride)
      }
    }
  }

  /// `G g` for four values, with the factors of `WinogradF4.transformKernel`.
  @inlinable @inline(__always)
  static func transform(_ load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void) {
    let (g0, g1, g2, g3) = (load(0), load(1), load(2), load(3))
    let (sixth, third) = (ISA.broadcast(-1 / 6), ISA.broadcast(1 / 3))
    let (even, odd) = (ISA.multiply(ISA.add(g0, g2), sixth), ISA.multiply(ISA.add(g1, g3), sixth))
    // g0 / 24 + g2 / 6 and g1 / 12 + g3 / 3
    let evenDoubled = ISA.adding(ISA.multiply(g0, ISA.broadcast(1 / 24)), g2, ISA.broadcast(1 / 6))
    let oddDoubled = ISA.adding(ISA.multiply(g1, ISA.broadcast(1 / 12)), g3, third)
    store(0, ISA.multiply(g0, ISA.broadcast(0.25)))
    store(1, ISA.add(even, odd))
    store(2, ISA.subtract(even, odd))
    store(3, ISA.add(evenDoubled, oddDoubled))
    store(4, ISA.subtract(evenDoubled, oddDoubled))
    store(5, g3)
  }

  /// `A^T m A`
  @inlinable @inline(__always)
  static func transformBack(_ arguments: WinogradWeightGradientArguments) {
    let grid = arguments.grid
    for column in 0..<6 {
      let input = arguments.sums + column * arguments.frequencyStride
      transformBack {
        ISA.load(input + $0 * 6 * arguments.frequencyStride)
      } store: {
        ISA.store($1, grid + ($0 * 6 + column) * ISA.lanes)
      }
    }
    for row in 0..<3 {
      transformBack {
        ISA.load(grid + (row * 6 + $0) * ISA.lanes)
      } store: {
        ISA.store($1, arguments.output + (row * 3 + $0) * ISA.lanes)
      }
    }
  }

  @inlinable @inline(__always)
  static func transformBack(_ load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void) {
    let (m1, m2, m3, m4) = (load(1), load(2), load(3), load(4))
    let (sum12, sum34) = (ISA.add(m1, m2), ISA.add(m3, m4))
    store(0, ISA.add(load(0), ISA.add(sum12, sum34)))
    store(1, ISA.adding(ISA.subtract(m1, m2), ISA.subtract(m3, m4), ISA.broadcast(2)))
    store(2, ISA.adding(ISA.add(sum12, load(5)), sum34, ISA.broadcast(4)))
  }
}
