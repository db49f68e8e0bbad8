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

/// Transforms 3x3 kernels `[outputs][inputs][3][3]` and writes them as `[frequency][tile][depth][vectors][lanes]`.
///
/// - Parameter target: zeros; room for `frequencies * depth * blocks * lanes` values, `depth` being the inputs in whole
///   blocks.
@inline(__always)
private func packTransformed<Scheme: WinogradScheme>(
  _: Scheme.Type, _ source: UnsafePointer<Float>, outputs: Int, inputs: Int, depth: Int, tiles: [OutputTile],
  lanes: Int, into target: UnsafeMutablePointer<Float>
) {
  let edge = Scheme.inputs
  let blocks = tiles.reduce(0) { $0 + $1.vectors }
  let frequencyStride = depth * blocks * lanes
  withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * edge) { half in
    var tileStart = target
    for tile in tiles {
      let width = tile.vectors * lanes
      let first = tile.firstBlock * lanes
      for lane in 0..<max(min(width, outputs - first), 0) {
        for input in 0..<inputs {
          let kernel = source + ((first + lane) * inputs + input) * 9
          for column in 0..<3 {
            Scheme.transformKernel(
              Double(kernel[column]), Double(kernel[3 + column]), Double(kernel[6 + column])
            ) { half[$0 * 3 + column] = $1 }
          }
          let place = tileStart + input * width + lane
          for row in 0..<edge {
            Scheme.transformKernel(half[row * 3], half[row * 3 + 1], half[row * 3 + 2]) {
              place[(row * edge + $0) * frequencyStride] = Float($1)
            }
          }
        }
      }
      tileStart += depth * width
    }
  }
}

/// `packTransformed` for F(4, 3).
public func packWinogradF4(
  _ source: UnsafePointer<Float>, outputs: Int, inputs: Int, depth: Int, tiles: [OutputTile], lanes: Int,
  into target: UnsafeMutablePointer<Float>
) {
  packTransformed(
    WinogradF4.self, source, outputs: outputs, inputs: inputs, depth: depth, tiles: tiles, lanes: lanes, into: target)
}

/// `packTransformed` for F(2, 3).
public func packWinogradF2(
  _ source: UnsafePointer<Float>, outputs: Int, inputs: Int, depth: Int, tiles: [OutputTile], lanes: Int,
  into target: UnsafeMutablePointer<Float>
) {
  packTransformed(
    WinogradF2.self, source, outputs: outputs, inputs: inputs, depth: depth, tiles: tiles, lanes: lanes, into: target)
}
