/// A run of output-channel blocks that one tile computes.
public struct OutputTile: Hashable, Sendable {
  public let firstBlock: Int
  /// Blocks, and so vectors, of the tile.
  public let vectors: Int

  public init(firstBlock: Int, vectors: Int) {
    self.firstBlock = firstBlock
    self.vectors = vectors
  }
}

/// Writes a weight matrix in the order in which tiles read it: `[tile][depth][vectors][lanes]`.
///
/// - Parameters:
///   - source: `[outputs][rowLength]`
///   - order: the index in a row of each of the `depth` values that a tile multiplies; below zero for padding.
///   - target: room for `order.count * blocks * lanes` values; channels and depths of padding become zero.
public func packWeights(
  _ source: UnsafePointer<Float>, outputs: Int, rowLength: Int, order: [Int32], tiles: [OutputTile], lanes: Int,
  into target: UnsafeMutablePointer<Float>
) {
  var target = target
  for tile in tiles {
    let width = tile.vectors * lanes
    let first = tile.firstBlock * lanes
    let real = max(min(width, outputs - first), 0)
    let rows = source + first * rowLength
    for (depth, index) in order.enumerated() {
      let line = target + depth * width
      if index < 0 {
        line.update(repeating: 0, count: width)
      } else {
        for lane in 0..<real { line[lane] = rows[lane * rowLength + Int(index)] }
        for lane in real..<width { line[lane] = 0 }
      }
    }
    target += order.count * width
  }
}

/// Transforms 3x3 kernels `[outputs][inputs][3][3]` and writes them as `[tile][frequency][depth][vectors][lanes]`.
///
/// - Parameter target: zeros; room for `frequencies * depth * blocks * lanes` values, `depth` being the inputs in whole
///   blocks.
public func packTransformedWeights(
  _ algorithm: WinogradAlgorithm, _ source: UnsafePointer<Float>, outputs: Int, inputs: Int, depth: Int,
  tiles: [OutputTile], lanes: Int, into target: UnsafeMutablePointer<Float>
) {
  func pack(_ scheme: (some WinogradScheme).Type) {
    packTransformed(
      scheme, source, outputs: outputs, inputs: inputs, depth: depth, tiles: tiles, lanes: lanes, into: target)
  }
  switch algorithm {
  case .f6: pack(WinogradF6.self)
  case .f4: pack(WinogradF4.self)
  case .f2: pack(WinogradF2.self)
  case .f4Stride2: pack(WinogradF4Stride2.self)
  case .f2Stride2: pack(WinogradF2Stride2.self)
  }
}

@inline(__always)
private func packTransformed<Scheme: WinogradScheme>(
  _: Scheme.Type, _ source: UnsafePointer<Float>, outputs: Int, inputs: Int, depth: Int, tiles: [OutputTile],
  lanes: Int, into target: UnsafeMutablePointer<Float>
) {
  let edge = Scheme.inputs
  withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * edge) { half in
    var tileStart = target
    for tile in tiles {
      let width = tile.vectors * lanes
      let first = tile.firstBlock * lanes
      let frequencyStride = depth * width
      for lane in 0..<max(min(width, outputs - first), 0) {
        for input in 0..<inputs {
          let kernel = source + ((first + lane) * inputs + input) * 9
          for column in 0..<3 {
            Scheme.transformKernel {
              Double(kernel[$0 * 3 + column])
            } store: {
              half[$0 * 3 + column] = $1
            }
          }
          let place = tileStart + input * width + lane
          for row in 0..<edge {
            Scheme.transformKernel {
              half[row * 3 + $0]
            } store: {
              place[(row * edge + $0) * frequencyStride] = Float($1)
            }
          }
        }
      }
      tileStart += edge * edge * frequencyStride
    }
  }
}

/// Transforms the rows of kernels `[outputs][inputs][kernelHeight][kernelWidth]`, each split into `phases` of every
/// `phases`-th value, and writes them as `[tile][frequency][kernelHeight][input][phase][vectors][lanes]`.
///
/// - Parameters:
///   - taps: values of a phase, for which `WinogradRowKernels` has a scheme.
///   - target: zeros.
public func packRowTransformedWeights(
  taps: Int, _ source: UnsafePointer<Float>, outputs: Int, inputs: Int, kernelHeight: Int, kernelWidth: Int,
  phases: Int, tiles: [OutputTile], lanes: Int, into target: UnsafeMutablePointer<Float>
) {
  func pack<Scheme: WinogradScheme>(_: Scheme.Type) {
    var tileStart = target
    for tile in tiles {
      let width = tile.vectors * lanes
      let first = tile.firstBlock * lanes
      let frequencyStride = kernelHeight * inputs * phases * width
      for lane in 0..<max(min(width, outputs - first), 0) {
        for row in 0..<inputs * kernelHeight {
          let (input, kernelRow) = row.quotientAndRemainder(dividingBy: kernelHeight)
          let kernel = source + ((first + lane) * inputs * kernelHeight + row) * kernelWidth
          for phase in 0..<phases {
            let place = tileStart + ((kernelRow * inputs + input) * phases + phase) * width + lane
            Scheme.transformKernel { tap in
              let column = tap * phases + phase
              return column < kernelWidth ? Double(kernel[column]) : 0
            } store: {
              place[$0 * frequencyStride] = Float($1)
            }
          }
        }
      }
      tileStart += Scheme.inputs * frequencyStride
    }
  }
  switch taps {
  case 3: pack(WinogradF4.self)
  case 4: pack(WinogradF4Taps4.self)
  default: preconditionFailure("there is no scheme for sums over \(taps) neighbours")
  }
}
