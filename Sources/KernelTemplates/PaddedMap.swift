/// Where a map lies inside a larger, zero-padded one.
public struct PaddedMap: Hashable, Sendable {
  public let height: Int
  public let width: Int
  public let top: Int
  public let left: Int
  public let paddedHeight: Int
  public let paddedWidth: Int

  /// The padded map that `geometry` reads: just as many rows and columns as lie under a window.
  public init(_ geometry: WindowGeometry) {
    height = geometry.inputHeight
    width = geometry.inputWidth
    top = geometry.paddingTop
    left = geometry.paddingLeft
    paddedHeight =
      (geometry.outputHeight - 1) * geometry.strideHeight + (geometry.kernelHeight - 1) * geometry.dilationHeight + 1
    paddedWidth =
      (geometry.outputWidth - 1) * geometry.strideWidth + (geometry.kernelWidth - 1) * geometry.dilationWidth + 1
  }

  public var paddedArea: Int { paddedHeight * paddedWidth }

  /// Whether every window lies inside the map as it is.
  public var isWhole: Bool { top == 0 && left == 0 && paddedHeight <= height && paddedWidth <= width }

  /// Columns of a padded row that the map fills, if `row` is one of the map's.
  @inlinable @inline(__always)
  public func realColumns(paddedRow row: Int) -> Range<Int> {
    guard row >= top, row < top + height, left < paddedWidth else { return 0..<0 }
    return left..<min(left + width, paddedWidth)
  }
}

/// One block, `[height][width][lanes]` to `[paddedHeight][paddedWidth][lanes]`.
@inlinable @inline(__always)
func padBlock<ISA: InstructionSet>(
  _: ISA.Type, _ source: UnsafePointer<Float>, _ map: PaddedMap, into target: UnsafeMutablePointer<Float>
) {
  let zero = ISA.broadcast(0)
  for row in 0..<map.paddedHeight {
    let line = target + row * map.paddedWidth * ISA.lanes
    let real = map.realColumns(paddedRow: row)
    let sourceLine = source + ((row - map.top) * map.width - map.left) * ISA.lanes
    for column in 0..<real.lowerBound { ISA.store(zero, line + column * ISA.lanes) }
    for column in real { ISA.store(ISA.load(sourceLine + column * ISA.lanes), line + column * ISA.lanes) }
    for column in real.upperBound..<map.paddedWidth { ISA.store(zero, line + column * ISA.lanes) }
  }
}

/// One row of all channels, `[channels][height][width]` to `[paddedHeight][paddedWidth][channels]`.
public func padPlanarRow(
  _ source: UnsafePointer<Float>, _ map: PaddedMap, row: Int, channels: Int, into target: UnsafeMutablePointer<Float>
) {
  let line = target + row * map.paddedWidth * channels
  let real = map.realColumns(paddedRow: row)
  line.update(repeating: 0, count: real.lowerBound * channels)
  let values = line + real.lowerBound * channels
  for channel in 0..<channels {
    let plane = source + (channel * map.height + row - map.top) * map.width
    for column in 0..<real.count { values[column * channels + channel] = plane[column] }
  }
  (line + real.upperBound * channels).update(repeating: 0, count: (map.paddedWidth - real.upperBound) * channels)
}
