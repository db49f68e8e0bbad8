/// `[channels][area]` to `[blocks][area][lanes]`; lanes past the last channel become zero.
public func packBlocks(
  _ source: UnsafePointer<Float>, channels: Int, area: Int, lanes: Int, into target: UnsafeMutablePointer<Float>
) {
  for block in 0..<(channels + lanes - 1) / lanes {
    let real = min(lanes, channels - block * lanes)
    let map = target + block * area * lanes
    if real < lanes { map.update(repeating: 0, count: area * lanes) }
    for lane in 0..<real {
      let plane = source + (block * lanes + lane) * area
      for position in 0..<area { map[position * lanes + lane] = plane[position] }
    }
  }
}

/// `[blocks][area][lanes]` to `[channels][area]`.
public func unpackBlocks(
  _ source: UnsafePointer<Float>, channels: Int, area: Int, lanes: Int, into target: UnsafeMutablePointer<Float>
) {
  for channel in 0..<channels {
    let map = source + channel / lanes * area * lanes + channel % lanes
    let plane = target + channel * area
    for position in 0..<area { plane[position] = map[position * lanes] }
  }
}

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
}

/// Row `row` of a padded map of `depth` values a position. `copy` fills `count` real positions.
@inline(__always)
private func padRow(
  _ map: PaddedMap, row: Int, depth: Int, into target: UnsafeMutablePointer<Float>,
  copy: (_ sourceRow: Int, _ target: UnsafeMutablePointer<Float>, _ count: Int) -> Void
) {
  let line = target + row * map.paddedWidth * depth
  let sourceRow = row - map.top
  guard sourceRow >= 0, sourceRow < map.height, map.left < map.paddedWidth else {
    line.update(repeating: 0, count: map.paddedWidth * depth)
    return
  }
  let count = min(map.width, map.paddedWidth - map.left)
  line.update(repeating: 0, count: map.left * depth)
  copy(sourceRow, line + map.left * depth, count)
  let end = map.left + count
  (line + end * depth).update(repeating: 0, count: (map.paddedWidth - end) * depth)
}

/// One row of one block, `[height][width][lanes]` to `[paddedHeight][paddedWidth][lanes]`.
public func padBlockedRow(
  _ source: UnsafePointer<Float>, _ map: PaddedMap, row: Int, lanes: Int, into target: UnsafeMutablePointer<Float>
) {
  padRow(map, row: row, depth: lanes, into: target) { sourceRow, target, count in
    target.update(from: source + sourceRow * map.width * lanes, count: count * lanes)
  }
}

/// One row of all channels, `[channels][height][width]` to `[paddedHeight][paddedWidth][channels]`.
public func padPlanarRow(
  _ source: UnsafePointer<Float>, _ map: PaddedMap, row: Int, channels: Int, into target: UnsafeMutablePointer<Float>
) {
  padRow(map, row: row, depth: channels, into: target) { sourceRow, target, count in
    for channel in 0..<channels {
      let line = source + (channel * map.height + sourceRow) * map.width
      for column in 0..<count { target[column * channels + channel] = line[column] }
    }
  }
}
