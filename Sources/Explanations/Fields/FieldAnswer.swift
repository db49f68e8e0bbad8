import ModelServing

/// What a unit sees, perhaps of a certain photo, and how much of that counts.
public struct FieldAnswer: Encodable, Sendable {
  public let unit: UnitField
  /// The photo, where one was sent.
  public let seen: SeenImage?
  public let effective: EffectiveField?

  public init(_ unit: UnitField, seen: SeenImage? = nil, effective: EffectiveField? = nil) {
    (self.unit, self.seen, self.effective) = (unit, seen, effective)
  }

  /// The field in the photo's own pixels, through resize and crop; it may reach outside.
  public var photoField: Region? { seen.map { $0.crop.onPhoto(unit.field.region) } }

  /// What of that is photo: the part that the network saw of it.
  public var photoClipped: Region? {
    seen.map { seen in
      let (height, width) = (Double(seen.crop.photo.height), Double(seen.crop.photo.width))
      return seen.crop.onPhoto(unit.clipped.region).clipped(height: height, width: width)
    }
  }

  enum CodingKeys: String, CodingKey {
    case crop
    case effectiveSide = "effective_side"
    case image, map, maximum
    case photoClipped = "photo_clipped"
    case photoField = "photo_field"
    case shareInside = "share_inside"
    case shareOfField = "share_of_field"
  }

  public func encode(to encoder: any Encoder) throws {
    try unit.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(seen?.crop, forKey: .crop)
    try container.encodeIfPresent(effective?.side, forKey: .effectiveSide)
    try container.encodeIfPresent(seen?.name, forKey: .image)
    try container.encodeIfPresent(effective?.map, forKey: .map)
    try container.encodeIfPresent(effective?.map.maximum, forKey: .maximum)
    try container.encodeIfPresent(photoClipped, forKey: .photoClipped)
    try container.encodeIfPresent(photoField, forKey: .photoField)
    try container.encodeIfPresent(effective?.shareInside, forKey: .shareInside)
    try container.encodeIfPresent(effective?.shareOfField, forKey: .shareOfField)
  }
}

/// Which unit's field is asked for.
public struct FieldOptions: Hashable, Sendable {
  /// The last stage of convolutions where not given.
  public var layer: String?
  /// The middle one where not given.
  public var row: Int?
  /// Likewise.
  public var column: Int?
  /// Whether how much each pixel counts is worked out too.
  public var isEffective: Bool

  public init(layer: String? = nil, row: Int? = nil, column: Int? = nil, isEffective: Bool = false) {
    (self.layer, self.row, self.column, self.isEffective) = (layer, row, column, isEffective)
  }
}

extension Inspector {
  /// Inputs of noise whose gradients are averaged where no photo was sent.
  static let noiseInputs = 4

  /// What a unit sees of a photo.
  ///
  /// - Parameter start: what the deadline counts from.
  /// - Throws: as `compute`.
  public func field(
    _ image: EncodedImage, _ field: FieldOptions = FieldOptions(), _ options: InspectionOptions = InspectionOptions(),
    start: ContinuousClock.Instant = .now
  ) async throws -> FieldAnswer {
    let unit = try unit(field)
    guard field.isEffective else {
      return FieldAnswer(unit, seen: try await input(image, options, start: start).seen)
    }
    return try await compute(image, options, start: start) { seen, turns in
      let map = try await EffectiveField.map(turns, unit, inputs: [seen.values])
      return FieldAnswer(unit, seen: seen, effective: EffectiveField(map: map, field: unit.clipped))
    }
  }

  /// What a unit sees. How much of that counts is measured with noise.
  ///
  /// - Throws: as `compute`.
  public func field(
    _ field: FieldOptions, timeout: Duration, start: ContinuousClock.Instant = .now
  ) async throws -> FieldAnswer {
    let unit = try unit(field)
    guard field.isEffective else { return FieldAnswer(unit) }
    return try await compute(timeout: timeout, start: start) { turns in
      let inputs = EffectiveField.noise(count: Self.noiseInputs, of: unit.inputShape)
      let map = try await EffectiveField.map(turns, unit, inputs: inputs)
      return FieldAnswer(unit, effective: EffectiveField(map: map, field: unit.clipped))
    }
  }

  private func unit(_ field: FieldOptions) throws -> UnitField {
    try UnitField(in: model.network, layer: field.layer, row: field.row, column: field.column)
  }
}
