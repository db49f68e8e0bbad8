/// `[channels][area]` to `[blocks][area][lanes]`; lanes past the last channel become zero.
public func packBlocks(
  _ source: UnsafePointer<Float>, channels: Int, area: Int, lanes: Int, into target: UnsafeMutablePointer<Float>
) {
  for block in 0..<blockCount(channels, lanes: lanes) {
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
