/// The crops of one image. The image is resized along its rows once for all crops. Each crop is resized along its
/// columns when it is written.
public struct ImageCrops {
  private let preprocessing: Preprocessing
  private let normalisation: Normalisation
  private let placements: [CropPlacement]
  private let resized: PixelSize
  /// Gives the rows after the first pass: of the part that holds all crops, or of the part that one crop needs.
  private let rows: (PixelRegion) -> ResampledRows

  /// The size of the upright image as encoded, in pixels, before any reduced decoding or resizing.
  public let originalSize: PixelSize

  /// Number of crops: 1 or 10.
  public var count: Int { placements.count }

  init(of image: PixelImage, _ preprocessing: Preprocessing) {
    let (resized, placements) = preprocessing.placements(for: image.originalSize)
    let resampler = Resampler(
      image: image, size: resized, interpolation: preprocessing.interpolation,
      showsLuma: preprocessing.channelOrder == .grey)
    let shared = Self.sharedRegion(placements, resized: resized).map(resampler.resampledRows)
    self.init(preprocessing, placements, resized: resized, originalSize: image.originalSize) {
      shared ?? resampler.resampledRows(for: $0)
    }
  }

  /// Decodes an upright JPEG row by row, and only the part that the crops need.
  ///
  /// - Returns: `nil` where this is impossible and the whole image must be decoded first.
  init?(
    jpeg bytes: UnsafeRawBufferPointer, header: ImageHeader, limits: DecodingLimits, reduction: JPEGReduction,
    _ preprocessing: Preprocessing
  ) throws(ImageError) {
    let (resized, placements) = preprocessing.placements(for: header.storedSize)
    guard header.orientation == .topLeft, let region = Self.sharedRegion(placements, resized: resized) else {
      return nil
    }
    let showsLuma = preprocessing.channelOrder == .grey
    let reader = try JPEGDecoder.reader(
      bytes, header: header, limits: limits, reduction: reduction, colours: showsLuma ? .rgb : .rgbx)
    guard reader.format != .cmyk else { return nil }
    let pass = RowResampler(
      inputSize: reader.size, spans: (reduction.span(of: header.width), reduction.span(of: header.height)),
      size: resized, region: region, interpolation: preprocessing.interpolation,
      conversion: showsLuma ? .luma : .none, kernels: Resampler.kernels)
    let shared = try reader.resample(pass, bytes)
    self.init(preprocessing, placements, resized: resized, originalSize: header.storedSize) { _ in shared }
  }

  private init(
    _ preprocessing: Preprocessing, _ placements: [CropPlacement], resized: PixelSize, originalSize: PixelSize,
    rows: @escaping (PixelRegion) -> ResampledRows
  ) {
    self.preprocessing = preprocessing
    self.placements = placements
    self.resized = resized
    self.originalSize = originalSize
    self.rows = rows
    normalisation = Normalisation(preprocessing)
  }

  /// A region that holds all crops, or `nil` where it would cost more than a region for each crop. This happens where
  /// crops lie far apart: an image of 1 x 50,000 pixels becomes 256 x 12,800,000.
  private static func sharedRegion(_ placements: [CropPlacement], resized: PixelSize) -> PixelRegion? {
    let regions = placements.compactMap { $0.region.clipped(to: resized) }
    guard let first = regions.first else { return nil }
    let all = regions.dropFirst().reduce(first) { $0.union($1) }
    return all.area <= regions.reduce(0) { $0 + $1.area } ? all : nil
  }

  /// Writes one crop as the network's input: f32 values in the order `planes x height x width`, normalised.
  ///
  /// - Parameters:
  ///   - index: which crop, from 0 to `count - 1`, in the order of `Preprocessing.placements(for:)`.
  ///   - slot: memory for the values, such as the crop's part of a batch. All values are written.
  /// - Precondition: `index` is in range, and `slot` has `Preprocessing.elementsPerCrop` values.
  public func write(_ index: Int, into slot: UnsafeMutableBufferPointer<Float>) {
    precondition(
      slot.count == preprocessing.elementsPerCrop,
      "a crop of \(preprocessing.elementsPerCrop) floats does not fill \(slot.count)")
    let crop = placements[index]
    let visible = crop.region.clipped(to: resized)
    if visible != crop.region { fillWithBlack(slot) }
    guard let visible else { return }
    write(crop, visible, from: rows(visible), into: slot)
  }

  /// Fills a slot with black, which is the sample 0 before normalisation.
  private func fillWithBlack(_ slot: UnsafeMutableBufferPointer<Float>) {
    let planeSize = slot.count / preprocessing.channels
    for (plane, black) in normalisation.summands.enumerated() {
      slot[plane * planeSize..<(plane + 1) * planeSize].update(repeating: black)
    }
  }

  /// Writes the visible part of a crop, row by row.
  private func write(
    _ crop: CropPlacement, _ visible: PixelRegion, from rows: ResampledRows,
    into slot: UnsafeMutableBufferPointer<Float>
  ) {
    let left = visible.x - crop.region.x
    let start = crop.isMirrored ? crop.region.width - left - visible.width : left
    let channels = preprocessing.channelOrder.sourceChannels
    for row in visible.rows {
      for (plane, channel) in channels.enumerated() {
        let first = (plane * crop.region.height + row - crop.region.y) * crop.region.width + start
        var target = UnsafeMutableBufferPointer(rebasing: slot[first..<first + visible.width])
        rows.write(
          row: row, column: visible.x, channel: channel, factor: normalisation.factors[plane],
          summand: normalisation.summands[plane], into: target)
        if crop.isMirrored { target.reverse() }
      }
    }
  }
}

extension JPEGReader {
  /// Runs the first pass of a resize over the rows as they are read. Then it checks the rest of the image.
  fileprivate func resample(_ pass: RowResampler, _ bytes: UnsafeRawBufferPointer) throws(ImageError) -> ResampledRows {
    try crop(to: pass.columns)
    try skip(rows: pass.rows.lowerBound)
    let lineBytes = rowBytes + pass.reach * format.bytes
    let lines = UnsafeMutablePointer<UInt8>.allocate(capacity: RowResampler.rowsAtOnce * lineBytes)
    defer { lines.deallocate() }
    lines.initialize(repeating: 0, count: RowResampler.rowsAtOnce * lineBytes)
    let start = (pass.columns.lowerBound - columns.lowerBound) * format.bytes
    let result = try pass.run { (row) throws(ImageError) in
      let line = lines + (row - pass.rows.lowerBound) % RowResampler.rowsAtOnce * lineBytes
      try read(rows: 1, into: line)
      return UnsafePointer(line + start)
    }
    try finish(bytes)
    return result
  }
}

extension Preprocessing {
  /// Resizes a decoded image along its rows, as far as all crops share it.
  public func crops(of image: PixelImage) -> ImageCrops { ImageCrops(of: image, self) }

  /// Decodes an image and resizes it along its rows, as far as all crops share it. Most upright JPEGs are decoded and
  /// resized row by row, without memory for all their pixels.
  ///
  /// - Parameters:
  ///   - bytes: the encoded image.
  ///   - header: the image's header, read from the same bytes and checked against `limits`. The limits hold for the
  ///     size as encoded, whatever part is decoded.
  ///   - jpegDecoding: whether a JPEG may be decoded at a reduced size.
  /// - Throws: `ImageError` where the image is damaged or exceeds the limits.
  public func crops(
    of bytes: UnsafeRawBufferPointer, header: ImageHeader, limits: DecodingLimits = DecodingLimits(),
    jpegDecoding: JPEGDecoding
  ) throws(ImageError) -> ImageCrops {
    if header.format == .jpeg {
      let reduction =
        switch jpegDecoding {
        case .exact: JPEGReduction.none
        case .scaled: JPEGReduction(stored: header.storedSize, needed: resize.size(of: header.storedSize))
        }
      if let crops = try ImageCrops(jpeg: bytes, header: header, limits: limits, reduction: reduction, self) {
        return crops
      }
    }
    return crops(of: try decode(bytes, header: header, limits: limits, jpegDecoding: jpegDecoding))
  }
}
