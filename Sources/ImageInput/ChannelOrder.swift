/// The number and the order of the planes of a network's input. Raw values are used in JSON.
public enum ChannelOrder: String, Sendable, Equatable, Codable, CaseIterable {
  /// Three planes: red, green, blue. torchvision's networks take these.
  case rgb
  /// Three planes: blue, green, red. Networks that were trained with Caffe usually take these.
  case bgr
  /// One plane: luma by ITU-R BT.601. It is computed before the image is resized.
  case grey

  /// Number of planes: 3, or 1 for `grey`.
  public var channels: Int { sourceChannels.count }

  /// For each plane, the index of the decoded image's channel that it shows.
  var sourceChannels: [Int] {
    switch self {
    case .rgb: return [0, 1, 2]
    case .bgr: return [2, 1, 0]
    case .grey: return [0]
    }
  }
}
