/// The order of a network's input planes.
public enum ChannelOrder: String, Sendable, Equatable, Codable, CaseIterable {
  case rgb
  case bgr
  /// One plane: luma by ITU-R 601, worked out before the picture is resized.
  case grey

  /// How many planes there are.
  public var channels: Int { sourceChannels.count }

  /// Which channel of the raster each plane shows.
  var sourceChannels: [Int] {
    switch self {
    case .rgb: return [0, 1, 2]
    case .bgr: return [2, 1, 0]
    case .grey: return [0]
    }
  }
}
