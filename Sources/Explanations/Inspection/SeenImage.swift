import ImageInput
import InferenceRuntime
import ModelServing

/// A picture as a network sees it.
public struct SeenImage: Sendable {
  /// The picture's name, as the client gave it.
  public let name: String
  public let crop: CropGeometry
  /// The network's input, `[C][height][width]`.
  public let values: [Float]
  public let preprocessing: Preprocessing

  init(_ prepared: PreparedImage, _ preprocessing: Preprocessing) {
    name = prepared.name
    crop = CropGeometry(preprocessing, photo: prepared.size)
    values = prepared.crops[0].values
    self.preprocessing = preprocessing
  }

  public var height: Int { preprocessing.inputSize.height }
  public var width: Int { preprocessing.inputSize.width }

  /// The input as a picture again: what was normalised is not any more. Red, green and blue from 0 to 255, row by row.
  public var pixels: [UInt8] {
    let area = height * width
    let planes = (0..<preprocessing.channels).map { plane in
      values[plane * area..<(plane + 1) * area].map { sample($0, plane: plane) }
    }
    let order = preprocessing.channelOrder.planesOfColours
    return (0..<area).flatMap { position in order.map { planes[$0][position] } }
  }

  private func sample(_ value: Float, plane: Int) -> UInt8 {
    let sample = (Double(value) * preprocessing.std[plane] + preprocessing.mean[plane]) / preprocessing.scale
    return UInt8(min(max(sample.isFinite ? sample.rounded() : 0, 0), 255))
  }
}

extension ChannelOrder {
  /// Which plane of the input shows red, green and blue.
  var planesOfColours: [Int] {
    switch self {
    case .rgb: [0, 1, 2]
    case .bgr: [2, 1, 0]
    case .grey: [0, 0, 0]
    }
  }
}
