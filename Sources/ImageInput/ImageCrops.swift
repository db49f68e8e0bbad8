/// A picture's crops on their way to the network: resized along the rows once for all of them, and along the columns as
/// each is written.
public struct ImageCrops {
  private let preprocessing: Preprocessing
  private let normalisation: Normalisation
  private let resampler: Resampler
  private let placements: [CropPlacement]
  private let sharedRows: ResampledRows?

  /// How many there are.
  public var count: Int { placements.count }

  init(of image: PixelImage, _ preprocessing: Preprocessing) {
    let (resized, placements) = preprocessing.placements(for: image.originalSize)
    self.preprocessing = preprocessing
    self.placements = placements
    normalisation = Normalisation(preprocessing)
    resampler = Resampler(
      image: image, size: resized, interpolation: preprocessing.interpolation,
      showsLuma: preprocessing.channelOrder == .grey)
    sharedRows = Self.sharedRegion(placements, resized: resized).map(resampler.resampledRows)
  }

  /// One region for all crops, unless they lie so far apart that it would cost more than one for each: the corners of a
  /// picture of 1 x 50,000 pixels enlarged to 256 x 12,800,000 do.
  private static func sharedRegion(_ placements: [CropPlacement], resized: PixelSize) -> PixelRegion? {
    let regions = placements.compactMap { $0.region.clipped(to: resized) }
    guard let first = regions.first else { return nil }
    let all = regions.dropFirst().reduce(first) { $0.union($1) }
    return all.area <= regions.reduce(0) { $0 + $1.area } ? all : nil
  }

  /// Writes one crop as the network's input, planes x height x width, straight into a batch's slot.
  ///
  /// - Parameters:
  ///   - index: which crop, from 0 to `count - 1`, in the order of `Preprocessing.placements(for:)`.
  ///   - slot: `Preprocessing.elementsPerCrop` floats; all are written.
  public func write(_ index: Int, into slot: UnsafeMutableBufferPointer<Float>) {
    precondition(
      slot.count == preprocessing.elementsPerCrop,
      "a crop of \(preprocessing.elementsPerCrop) floats does not fill \(slot.count)")
    let crop = placements[index]
    let visible = crop.region.clipped(to: resampler.size)
    if visible != crop.region { fillWithBlack(slot) }
    guard let visible else { return }
    write(crop, visible, from: sharedRows ?? resampler.resampledRows(for: visible), into: slot)
  }

  /// Black is the sample 0.
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

extension Preprocessing {
  /// Resizes a picture as far as its crops have in common.
  public func crops(of image: PixelImage) -> ImageCrops { ImageCrops(of: image, self) }
}
