extension Preprocessing {
  /// Writes one crop of a picture as the network's input, planes x height x width, straight into a batch's slot.
  ///
  /// - Parameters:
  ///   - index: which crop, from 0 to `cropCount - 1`, in the order of `placements(for:)`.
  ///   - slot: `elementsPerCrop` floats; all are written.
  public func write(_ image: PixelImage, crop index: Int, into slot: UnsafeMutableBufferPointer<Float>) {
    precondition((0..<cropCount).contains(index), "crop \(index) of \(cropCount)")
    let (resized, crops) = placements(for: image.originalSize)
    write([crops[index]], of: image, resized: resized, into: slot)
  }

  /// Writes all crops of a picture one behind the other: crops x planes x height x width.
  ///
  /// - Parameter slots: `cropCount * elementsPerCrop` floats; all are written.
  public func writeAllCrops(of image: PixelImage, into slots: UnsafeMutableBufferPointer<Float>) {
    let (resized, crops) = placements(for: image.originalSize)
    write(crops, of: image, resized: resized, into: slots)
  }

  private func write(
    _ crops: [CropPlacement], of image: PixelImage, resized: PixelSize,
    into slots: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      slots.count == crops.count * elementsPerCrop,
      "\(crops.count) crops of \(elementsPerCrop) floats do not fill \(slots.count)")
    let resampler = Resampler(
      image: image, size: resized, interpolation: interpolation, showsLuma: channelOrder == .grey)
    let normalisation = Normalisation(self)
    let shared = sharedRegion(crops, resized: resized).map(resampler.resampledRows)
    for (index, crop) in crops.enumerated() {
      let slot = UnsafeMutableBufferPointer(
        rebasing: slots[index * elementsPerCrop..<(index + 1) * elementsPerCrop])
      let visible = crop.region.clipped(to: resized)
      if visible != crop.region { fillWithBlack(slot, normalisation) }
      guard let visible else { continue }
      write(crop, visible, from: shared ?? resampler.resampledRows(for: visible), normalisation, into: slot)
    }
  }

  /// One region for all crops, unless they lie so far apart that it would cost more than one for each: the corners of a
  /// picture of 1 x 50,000 pixels enlarged to 256 x 12,800,000 do.
  private func sharedRegion(_ crops: [CropPlacement], resized: PixelSize) -> PixelRegion? {
    let regions = crops.compactMap { $0.region.clipped(to: resized) }
    guard let first = regions.first else { return nil }
    let all = regions.dropFirst().reduce(first) { $0.union($1) }
    return all.area <= regions.reduce(0) { $0 + $1.area } ? all : nil
  }

  /// Black is the sample 0.
  private func fillWithBlack(_ slot: UnsafeMutableBufferPointer<Float>, _ normalisation: Normalisation) {
    let planeSize = slot.count / channels
    for plane in 0..<channels {
      slot[plane * planeSize..<(plane + 1) * planeSize].update(repeating: normalisation.summands[plane])
    }
  }

  /// Writes the visible part of a crop, row by row.
  private func write(
    _ crop: CropPlacement, _ visible: PixelRegion, from rows: ResampledRows, _ normalisation: Normalisation,
    into slot: UnsafeMutableBufferPointer<Float>
  ) {
    let left = visible.x - crop.region.x
    let start = crop.isMirrored ? crop.region.width - left - visible.width : left
    for row in visible.rows {
      for (plane, channel) in channelOrder.sourceChannels.enumerated() {
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
