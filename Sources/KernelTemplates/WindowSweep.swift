/// Slides a window over one block of channels, `[height][width][lanes]`: depthwise convolution and pooling.
@usableFromInline
enum WindowSweep<ISA: InstructionSet> {
  /// For each output position of `rows` and `columns`: `initial`, then `combine` with every real value under the window and the
  /// index of its tap, then `finish`.
  @inlinable @inline(__always)
  static func run(
    input: UnsafePointer<Float>, geometry: WindowGeometry, rows: Range<Int>, columns: Range<Int>,
    output: UnsafeMutablePointer<Float>, initial: ISA.Vector,
    combine: (_ sum: inout ISA.Vector, _ value: ISA.Vector, _ tap: Int) -> Void,
    finish: (_ sum: ISA.Vector, _ row: Int, _ column: Int) -> ISA.Vector
  ) {
    let interior = geometry.interiorColumns.clamped(to: columns)
    for row in rows {
      let source = input + geometry.inputRow(output: row, kernel: 0) * geometry.inputWidth * ISA.lanes
      let target = output + row * geometry.outputWidth * ISA.lanes
      let kernelRows = geometry.realKernelRows(output: row)
      for column in columns.lowerBound..<interior.lowerBound {
        WindowGroup<ISA, 1>.run(
          source, geometry, row, column, kernelRows, geometry.realKernelColumns(output: column), target, initial,
          combine, finish)
      }
      sweepInterior(interior) { column in
        WindowGroup<ISA, 8>.run(
          source, geometry, row, column, kernelRows, 0..<geometry.kernelWidth, target, initial, combine, finish)
      } four: { column in
        WindowGroup<ISA, 4>.run(
          source, geometry, row, column, kernelRows, 0..<geometry.kernelWidth, target, initial, combine, finish)
      } one: { column in
        WindowGroup<ISA, 1>.run(
          source, geometry, row, column, kernelRows, 0..<geometry.kernelWidth, target, initial, combine, finish)
      }
      for column in interior.upperBound..<columns.upperBound {
        WindowGroup<ISA, 1>.run(
          source, geometry, row, column, kernelRows, geometry.realKernelColumns(output: column), target, initial,
          combine, finish)
      }
    }
  }

  /// Covers `columns` with groups; the last one overlaps the one before it rather than leave single positions over.
  @inlinable @inline(__always)
  static func sweepInterior(
    _ columns: Range<Int>, eight: (Int) -> Void, four: (Int) -> Void, one: (Int) -> Void
  ) {
    if columns.count >= 8 {
      var column = columns.lowerBound
      while column + 8 <= columns.upperBound {
        eight(column)
        column += 8
      }
      if column < columns.upperBound { eight(columns.upperBound - 8) }
    } else if columns.count >= 4 {
      four(columns.lowerBound)
      if columns.count > 4 { four(columns.upperBound - 4) }
    } else {
      for column in columns { one(column) }
    }
  }
}

/// `positions` neighbouring output positions of one row, all reading the same taps.
@usableFromInline
enum WindowGroup<ISA: InstructionSet, let positions: Int> {
  @inlinable @inline(__always)
  static func run(
    _ source: UnsafePointer<Float>, _ geometry: WindowGeometry, _ row: Int, _ column: Int, _ kernelRows: Range<Int>,
    _ kernelColumns: Range<Int>, _ target: UnsafeMutablePointer<Float>, _ initial: ISA.Vector,
    _ combine: (inout ISA.Vector, ISA.Vector, Int) -> Void, _ finish: (ISA.Vector, Int, Int) -> ISA.Vector
  ) {
    var sums = InlineArray<positions, ISA.Vector>(repeating: initial)
    let step = geometry.strideWidth * ISA.lanes
    let start = source + (column * geometry.strideWidth - geometry.paddingLeft) * ISA.lanes
    for kernelRow in kernelRows {
      let line = start + kernelRow * geometry.dilationHeight * geometry.inputWidth * ISA.lanes
      for kernelColumn in kernelColumns {
        let first = line + kernelColumn * geometry.dilationWidth * ISA.lanes
        let tap = kernelRow * geometry.kernelWidth + kernelColumn
        unrolled(positions) { combine(&sums[$0], ISA.load(first + $0 * step), tap) }
      }
    }
    unrolled(positions) { ISA.store(finish(sums[$0], row, column + $0), target + (column + $0) * ISA.lanes) }
  }
}
