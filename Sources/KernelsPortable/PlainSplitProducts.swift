public import KernelTemplates

extension SplitProductKernels {
  /// In plain Swift, on memory laid out for the tiles of AMX: what those compute, on every processor, slowly.
  ///
  /// AMX counts what is too small for a normal f32 as zero. Here nothing is too small.
  public static let plain = SplitProductKernels(
    begin: {}, end: {},
    split: { splitValues($0) },
    multiply: { multiplyTiles($0) },
    finish: { finishSums($0) })
}

/// One row of a tile: 32 bfloat16, of which each word holds those of an even and of the odd place behind it.
///
/// Of values, a word holds two inputs of one position; of weights, the same two inputs of one output channel.
private struct TileRow {
  private let words: SIMD16<UInt32>

  init(_ tile: UnsafePointer<Float>, row: Int) {
    let start = UnsafeRawPointer(tile + row * SplitProductKernels.edge)
    words = start.loadUnaligned(as: SIMD16<UInt32>.self)
  }

  /// A bfloat16 is the upper half of an f32.
  var even: SIMD16<Float> { unsafeBitCast(words &<< 16, to: SIMD16<Float>.self) }
  var odd: SIMD16<Float> { unsafeBitCast(words & 0xffff_0000, to: SIMD16<Float>.self) }
}

/// Each value as its nearest bfloat16 and the nearest one of what remains, `[chunk][tile][term][16 positions][32]`.
private func splitValues(_ arguments: SplitArguments) {
  let (tile, edge) = (SplitProductKernels.tileFloats, SplitProductKernels.edge)
  for chunk in 0..<arguments.chunkCount {
    for position in 0..<arguments.count {
      let row = arguments.row + position
      let nearest =
        arguments.output + chunk * arguments.chunkStride + row / edge * 2 * tile + row % edge * edge
      let input = arguments.input + position * arguments.positionStride
      for half in 0..<2 {
        let values = input + arguments.steps[2 * chunk + half]
        for index in 0..<edge {
          let term = BFloat16(nearest: values[index])
          let place = half * edge + index
          store(term, nearest, place)
          store(BFloat16(nearest: values[index] - term.value), nearest + tile, place)
        }
      }
    }
  }
}

private func store(_ value: BFloat16, _ row: UnsafeMutablePointer<Float>, _ place: Int) {
  UnsafeMutableRawPointer(row).storeBytes(
    of: value.bits, toByteOffset: place * MemoryLayout<UInt16>.stride, as: UInt16.self)
}

/// The three products of terms that are large enough to count, over all chunks.
private func multiplyTiles(_ arguments: SplitProductArguments) {
  let (tile, columns) = (SplitProductKernels.tileFloats, arguments.columns)
  for column in 0..<columns {
    for row in 0..<arguments.rows {
      let sums = arguments.sums + (2 * column + row) * tile
      sums.update(repeating: 0, count: tile)
      for chunk in 0..<arguments.chunkCount {
        let values = arguments.values + chunk * arguments.chunkStride + row * 2 * tile
        let weights = arguments.weights + (chunk * 2 * columns + column) * tile
        let (rest, restOfWeights) = (values + tile, weights + columns * tile)
        addProducts(values, restOfWeights, to: sums)
        addProducts(values, weights, to: sums)
        addProducts(rest, weights, to: sums)
      }
    }
  }
}

/// `[16 positions][32 inputs]` times `[32 inputs][16 channels]`, of which a row holds two inputs.
private func addProducts(
  _ values: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>
) {
  let edge = SplitProductKernels.edge
  for position in 0..<edge {
    let row = TileRow(values, row: position)
    let (even, odd) = (row.even, row.odd)
    let place = UnsafeMutableRawPointer(sums + position * edge)
    var sum = place.loadUnaligned(as: SIMD16<Float>.self)
    for pair in 0..<edge {
      let weights = TileRow(weights, row: pair)
      sum += weights.even * even[pair] + weights.odd * odd[pair]
    }
    place.storeBytes(of: sum, as: SIMD16<Float>.self)
  }
}

/// Bias and residual are added, and the results forced into the epilogue's bounds.
private func finishSums(_ arguments: SplitSumArguments) {
  let edge = SplitProductKernels.edge
  let (lower, upper) = (arguments.epilogue.lower, arguments.epilogue.upper)
  for column in 0..<arguments.columns {
    let sums = arguments.sums + column * 2 * SplitProductKernels.tileFloats
    let bias = arguments.bias + column * edge
    for position in 0..<arguments.count {
      let place = column * arguments.blockStride + position * edge
      for channel in 0..<edge {
        var value = sums[position * edge + channel] + bias[channel]
        if let addend = arguments.addend { value += addend[place + channel] }
        arguments.output[place + channel] = min(max(value, lower), upper)
      }
    }
  }
}
