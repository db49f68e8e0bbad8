extension Preprocessing: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case resize
    case interpolation
    case crop
    case channelOrder = "channel_order"
    case scale
    case mean
    case std
  }

  /// Reads the JSON form. `resize` and `crop` default to none, `interpolation` to bilinear, `channel_order` to rgb.
  ///
  /// - Throws: `PreprocessingError` where a field is unknown, missing, of the wrong kind or out of range.
  public init(from decoder: any Decoder) throws {
    let fields = try FieldReader<CodingKeys>(decoder, of: "preprocessing", accepted: "an object")
    try self.init(
      resize: fields.optional(.resize, accepted: Resize.acceptedJSON) ?? .none,
      interpolation: fields.optional(.interpolation, accepted: "bilinear or bicubic") ?? .bilinear,
      crop: fields.optional(.crop, accepted: Crop.acceptedJSON) ?? .none,
      channelOrder: fields.optional(.channelOrder, accepted: "rgb, bgr or grey") ?? .rgb,
      scale: fields.required(.scale, accepted: "a number such as 0.00392156862745098 (1/255)"),
      mean: fields.required(.mean, accepted: "a list of numbers, one for each plane"),
      std: fields.required(.std, accepted: "a list of numbers above 0, one for each plane"))
  }

  /// Writes the JSON form with all fields.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(resize, forKey: .resize)
    try container.encode(interpolation, forKey: .interpolation)
    try container.encode(crop, forKey: .crop)
    try container.encode(channelOrder, forKey: .channelOrder)
    try container.encode(scale, forKey: .scale)
    try container.encode(mean, forKey: .mean)
    try container.encode(std, forKey: .std)
  }
}

extension Resize: Codable {
  static let acceptedJSON =
    "\"none\", {\"shorter_side\": 256}, {\"stretch\": 224} or {\"stretch\": {\"width\": 320, \"height\": 240}}"

  enum CodingKeys: String, CodingKey, CaseIterable {
    case shorterSide = "shorter_side"
    case stretch
  }

  /// Reads `"none"`, or an object with one field: `shorter_side` or `stretch`.
  ///
  /// - Throws: `PreprocessingError` for any other form. Sizes are checked by `Preprocessing`.
  public init(from decoder: any Decoder) throws {
    if try decoder.holdsNone(field: "resize", accepted: Self.acceptedJSON) {
      self = .none
      return
    }
    let fields = try FieldReader<CodingKeys>(decoder, of: "resize", accepted: Self.acceptedJSON)
    switch try fields.only() {
    case .shorterSide: self = .shorterSide(try fields.required(.shorterSide, accepted: "a whole number of pixels"))
    case .stretch: self = .stretch(try fields.required(.stretch, accepted: PixelSize.acceptedJSON))
    }
  }

  /// Writes `"none"`, or an object with one field.
  public func encode(to encoder: any Encoder) throws {
    guard self != .none else { return try encoder.encodeNone() }
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .none: break
    case .shorterSide(let side): try container.encode(side, forKey: .shorterSide)
    case .stretch(let size): try container.encode(size, forKey: .stretch)
    }
  }
}

extension Crop: Codable {
  static let acceptedJSON =
    "\"none\", {\"center\": 224} or {\"ten\": 224}; for 224 also {\"width\": 320, \"height\": 240}"

  enum CodingKeys: String, CodingKey, CaseIterable {
    case center
    case ten
  }

  /// Reads `"none"`, or an object with one field: `center` or `ten`.
  ///
  /// - Throws: `PreprocessingError` for any other form. Sizes are checked by `Preprocessing`.
  public init(from decoder: any Decoder) throws {
    if try decoder.holdsNone(field: "crop", accepted: Self.acceptedJSON) {
      self = .none
      return
    }
    let fields = try FieldReader<CodingKeys>(decoder, of: "crop", accepted: Self.acceptedJSON)
    switch try fields.only() {
    case .center: self = .center(try fields.required(.center, accepted: PixelSize.acceptedJSON))
    case .ten: self = .ten(try fields.required(.ten, accepted: PixelSize.acceptedJSON))
    }
  }

  /// Writes `"none"`, or an object with one field.
  public func encode(to encoder: any Encoder) throws {
    guard self != .none else { return try encoder.encodeNone() }
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .none: break
    case .center(let size): try container.encode(size, forKey: .center)
    case .ten(let size): try container.encode(size, forKey: .ten)
    }
  }
}

extension PixelSize: Codable {
  static let acceptedJSON = "a whole number of pixels, or {\"width\": 320, \"height\": 240}"

  enum CodingKeys: String, CodingKey, CaseIterable {
    case width
    case height
  }

  /// Reads a number, which means a square, or an object with `width` and `height`.
  ///
  /// - Throws: `PreprocessingError` for any other form.
  public init(from decoder: any Decoder) throws {
    if let side = try? decoder.singleValueContainer().decode(Int.self) {
      self.init(side)
      return
    }
    let fields = try FieldReader<CodingKeys>(decoder, of: "size", accepted: Self.acceptedJSON)
    self.init(
      width: try fields.required(.width, accepted: "a whole number of pixels"),
      height: try fields.required(.height, accepted: "a whole number of pixels"))
  }

  /// Writes a number for a square, else an object with `width` and `height`.
  public func encode(to encoder: any Encoder) throws {
    if width == height {
      var container = encoder.singleValueContainer()
      return try container.encode(width)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(width, forKey: .width)
    try container.encode(height, forKey: .height)
  }
}
