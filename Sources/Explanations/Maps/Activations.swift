import ImageInput
import ModelServing
import NetworkGraph
import Training

/// What a layer made of a picture: the maps of its channels.
public struct Activations: Encodable, Sendable {
  /// One channel's map, and what is in it.
  public struct Channel: Encodable, Hashable, Sendable {
    public let index: Int
    public let mean: Float
    public let minimum: Float
    public let maximum: Float
    public let values: SpatialMap

    /// In the order of the names.
    enum CodingKeys: String, CodingKey {
      case index, maximum, mean, minimum, values
    }

    init(index: Int, _ map: SpatialMap) {
      self.index = index
      (mean, minimum, maximum, values) = (map.mean, map.minimum, map.maximum, map)
    }
  }

  /// Most values of an answer, some ten megabytes of JSON.
  public static let maximumValues = 1 << 20

  public let model: String
  public let version: String
  /// The picture's name, as the client gave it.
  public let image: String
  public let layer: String
  /// Of the layer's output: channels, height, width.
  public let shape: [Int]
  /// The strongest, greatest mean first.
  public let channels: [Channel]
  public let seen: SeenImage

  enum CodingKeys: String, CodingKey {
    case channels, crop, image, layer, model, shape, version
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(channels, forKey: .channels)
    try container.encode(seen.crop, forKey: .crop)
    try container.encode(image, forKey: .image)
    try container.encode(layer, forKey: .layer)
    try container.encode(model, forKey: .model)
    try container.encode(shape, forKey: .shape)
    try container.encode(version, forKey: .version)
  }

  /// The channels of greatest mean, of equal ones the lower index first; no more than an answer holds.
  static func strongest(_ top: Int, of maps: [SpatialMap]) -> [Channel] {
    let count = min(top, max(maximumValues / max(maps.first?.values.count ?? 1, 1), 1))
    let channels = maps.enumerated().map { Channel(index: $0, $1) }
    return Array(
      channels.sorted { $0.mean != $1.mean ? $0.mean > $1.mean : $0.index < $1.index }.prefix(count))
  }
}

extension Inspector {
  /// The maps that a layer makes of a picture, each as the layer gives it and before the next one has it.
  ///
  /// - Parameters:
  ///   - layer: the last stage of convolutions where not given.
  ///   - top: how many channels; more than there are means all.
  ///   - start: what the deadline counts from.
  /// - Throws: as `compute`.
  public func activations(
    _ image: EncodedImage, layer: String? = nil, top: Int = 16, _ options: InspectionOptions = InspectionOptions(),
    start: ContinuousClock.Instant = .now
  ) async throws -> Activations {
    let layers = try MapLayers(model.network)
    let index = try layers.index(ofLayerOrLast: layer)
    let (name, shape) = (layers.network.nodes[index].name, layers.shape(index))
    return try await compute(image, options, start: start) { [model] seen, turns in
      let values = try await turns.next { try $0.plan(.init(output: name)).run([seen.values])[0] }
      let maps = SpatialMap.channels(of: values, height: shape.spatial.height, width: shape.spatial.width)
      return Activations(
        model: model.name, version: model.version, image: seen.name, layer: name, shape: shape.dimensions,
        channels: Activations.strongest(top, of: maps), seen: seen)
    }
  }

  /// What the network saw of a picture.
  ///
  /// - Throws: `InspectionError.severalCrops`, `UndecodableImage`, `TooManyPixels`, `DeadlineExceeded`,
  ///   `CancellationError`.
  public func input(
    _ image: EncodedImage, _ options: InspectionOptions = InspectionOptions(), start: ContinuousClock.Instant = .now
  ) async throws -> InputPicture {
    let preprocessing = try preprocessing(options.crop)
    return try await withDeadline(start + options.timeout) { [model] in
      let seen = SeenImage(try await model.prepare(image, preprocessing), preprocessing)
      return InputPicture(model: model.name, version: model.version, seen: seen)
    }
  }
}

/// What a network saw of a picture.
public struct InputPicture: Encodable, Sendable {
  public let model: String
  public let version: String
  public let seen: SeenImage

  /// Of the network's input: channels, height, width.
  public var shape: [Int] { [seen.preprocessing.channels, seen.height, seen.width] }

  enum CodingKeys: String, CodingKey {
    case crop, image
    case inputShape = "input_shape"
    case maximum, minimum, model, version
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seen.crop, forKey: .crop)
    try container.encode(seen.name, forKey: .image)
    try container.encode(shape, forKey: .inputShape)
    try container.encode(seen.values.max() ?? 0, forKey: .maximum)
    try container.encode(seen.values.min() ?? 0, forKey: .minimum)
    try container.encode(model, forKey: .model)
    try container.encode(version, forKey: .version)
  }
}
