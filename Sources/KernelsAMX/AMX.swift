#if arch(x86_64)
  import CIntrinsics
  public import KernelTemplates

  extension SplitProductKernels {
    /// On the tiles of AMX, by AVX-512 around them.
    public static let amx = SplitProductKernels(
      begin: { convserve_tiles_begin() },
      end: { convserve_tiles_end() },
      split: { splitValues($0) },
      multiply: { arguments in
        switch (arguments.rows, arguments.columns) {
        case (2, 2): TileProduct<2, 2>.run(arguments)
        case (2, _): TileProduct<2, 1>.run(arguments)
        case (_, 2): TileProduct<1, 2>.run(arguments)
        default: TileProduct<1, 1>.run(arguments)
        }
      },
      finish: { finishSums($0) })
  }

  /// Sums of one or two tiles of positions by one or two of output channels, which stay in tile registers.
  private enum TileProduct<let rows: Int, let columns: Int> {
    @inline(__always)
    static func run(_ arguments: SplitProductArguments) {
      clear()
      var values = arguments.values
      var weights = arguments.weights
      let tile = SplitProductKernels.tileFloats
      for _ in 0..<arguments.chunkCount {
        // Small products first; each tile is loaded once.
        load(values: values)
        load(weights: weights + columns * tile)
        multiply()
        load(weights: weights)
        multiply()
        load(values: values + tile)
        multiply()
        values += arguments.chunkStride
        weights += 2 * columns * tile
      }
      store(arguments.sums)
    }

    @inline(__always)
    private static func clear() {
      convserve_clear_sums0()
      if columns > 1 { convserve_clear_sums1() }
      if rows > 1 { convserve_clear_sums2() }
      if rows > 1, columns > 1 { convserve_clear_sums3() }
    }

    @inline(__always)
    private static func load(values: UnsafePointer<Float>) {
      convserve_load_factors4(values)
      if rows > 1 { convserve_load_factors5(values + 2 * SplitProductKernels.tileFloats) }
    }

    @inline(__always)
    private static func load(weights: UnsafePointer<Float>) {
      convserve_load_factors6(weights)
      if columns > 1 { convserve_load_factors7(weights + SplitProductKernels.tileFloats) }
    }

    @inline(__always)
    private static func multiply() {
      convserve_add_products0()
      if columns > 1 { convserve_add_products1() }
      if rows > 1 { convserve_add_products2() }
      if rows > 1, columns > 1 { convserve_add_products3() }
    }

    @inline(__always)
    private static func store(_ sums: UnsafeMutablePointer<Float>) {
      let tile = SplitProductKernels.tileFloats
      convserve_store_sums0(sums)
      if columns > 1 { convserve_store_sums1(sums + 2 * tile) }
      if rows > 1 { convserve_store_sums2(sums + tile) }
      if rows > 1, columns > 1 { convserve_store_sums3(sums + 3 * tile) }
    }
  }

  @inline(__always)
  private func splitValues(_ arguments: SplitArguments) {
    let (tile, edge) = (SplitProductKernels.tileFloats, SplitProductKernels.edge)
    for chunk in 0..<arguments.chunkCount {
      let first = arguments.input + arguments.steps[2 * chunk]
      let second = arguments.input + arguments.steps[2 * chunk + 1]
      let chunkOutput = arguments.output + chunk * arguments.chunkStride
      for position in 0..<arguments.count {
        let row = arguments.row + position
        let output = chunkOutput + (row >> 4) * 2 * tile + (row & 15) * edge
        let a = load(first + position * arguments.positionStride)
        let b = load(second + position * arguments.positionStride)
        let (nearestA, nearestB) = (nearestBFloat16(a), nearestBFloat16(b))
        convserve_store_bfloat16(output, nearestA, nearestB)
        convserve_store_bfloat16(output + tile, a - nearestA, b - nearestB)
      }
    }
  }

  @inline(__always)
  private func load(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
  }

  /// Ties go away from zero: what remains makes up for either.
  @inline(__always)
  private func nearestBFloat16(_ value: SIMD16<Float>) -> SIMD16<Float> {
    let bits = unsafeBitCast(value, to: SIMD16<UInt32>.self)
    return unsafeBitCast((bits &+ 0x8000) & 0xffff_0000, to: SIMD16<Float>.self)
  }

  @inline(__always)
  private func finishSums(_ arguments: SplitSumArguments) {
    let edge = SplitProductKernels.edge
    let lower = SIMD16<Float>(repeating: arguments.epilogue.lower)
    let upper = SIMD16<Float>(repeating: arguments.epilogue.upper)
    for column in 0..<arguments.columns {
      let sums = arguments.sums + column * 2 * SplitProductKernels.tileFloats
      let output = arguments.output + column * arguments.blockStride
      let bias = load(arguments.bias + column * edge)
      func finish(_ position: Int, _ sum: SIMD16<Float>) {
        let value = convserve_minimum16(convserve_maximum16(sum, lower), upper)
        UnsafeMutableRawPointer(output + position * edge).storeBytes(of: value, as: SIMD16<Float>.self)
      }
      if let addend = arguments.addend.map({ $0 + column * arguments.blockStride }) {
        for position in 0..<arguments.count {
          finish(position, load(sums + position * edge) + bias + load(addend + position * edge))
        }
      } else {
        for position in 0..<arguments.count { finish(position, load(sums + position * edge) + bias) }
      }
    }
  }
#endif
