extension Preprocessing {
  /// Writes one crop of a picture as the network's input, planes x height x width, straight into a batch's slot.
  ///
  /// - Parameters:
  ///   - index: which crop, from 0 to `cropCount - 1`, in the order of `placements(for:)`.
  ///   - slot: `elementsPerCrop` floats; all are written.
  public func write(_ image: PixelImage, crop index: Int, into slot: UnsafeMutableBufferPointer<Float>) {
    precondition((0..<cropCount).contains(index), "crop \(index) of \(cropCount)")
    let (resized, crops) = placements(for: image.size)
    write([crops[index]], of: raster(image), resized: resized, into: slot)
  }

  /// Writes all crops of a picture one behind the other: crops x planes x height x width.
  ///
  /// - Parameter slots: `cropCount * elementsPerCrop` floats; all are written.
  public func writeAllCrops(of image: PixelImage, into slots: UnsafeMutableBufferPointer<Float>) {
    let (resized, crops) = placements(for: image.size)
    write(crops, of: raster(image), resized: resized, into: slots)
  }

  private func raster(_ image: PixelImage) -> Raster {
    channelOrder == .grey ? Raster(lumaOf: image) : Raster(image)
  }

  private func write(
    _ crops: [CropPlacement], of source: Raster, resized: PixelSize, into slots: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      slots.count == crops.count * elementsPerCrop,
      "\(crops.count) crops of \(elementsPerCrop) floats do not fill \(slots.count)")
    let table = NormalisationTable(self)
    let shared = sharedTile(crops, of: source, resized: resized)
    for (index, crop) in crops.enumerated() {
      let tile = shared ?? self.tile(crop.region, of: source, resized: resized)
      let slot = slots[index * elementsPerCrop..<(index + 1) * elementsPerCrop]
      write(crop, from: tile, table, into: UnsafeMutableBufferPointer(rebasing: slot))
    }
  }

  /// One resized tile for all crops, unless they lie so far apart that it would cost more than one for each: the
  /// corners of a picture of 1 x 50,000 pixels enlarged to 256 x 12,800,000 do.
  private func sharedTile(_ crops: [CropPlacement], of source: Raster, resized: PixelSize) -> Tile? {
    let regions = crops.compactMap { $0.region.clipped(to: resized) }
    guard let first = regions.first else { return nil }
    let all = regions.dropFirst().reduce(first) { $0.union($1) }
    guard all.area <= regions.reduce(0, { $0 + $1.area }) else { return nil }
    return tile(all, of: source, resized: resized)
  }

  /// The resized picture's part inside a region, or nil if the region lies outside.
  private func tile(_ region: PixelRegion, of source: Raster, resized: PixelSize) -> Tile? {
    guard let region = region.clipped(to: resized) else { return nil }
    let raster = Resampler.resample(source, to: resized, region: region, interpolation: interpolation)
    return Tile(region: region, raster: raster)
  }

  /// A resized part of a picture and its place.
  private struct Tile {
    let region: PixelRegion
    let raster: Raster
  }

  private func write(
    _ crop: CropPlacement, from tile: Tile?, _ table: NormalisationTable, into slot: UnsafeMutableBufferPointer<Float>
  ) {
    let planeSize = crop.region.area
    for (plane, channel) in channelOrder.sourceChannels.enumerated() {
      let target = UnsafeMutableBufferPointer(rebasing: slot[plane * planeSize..<(plane + 1) * planeSize])
      table.values.withUnsafeBufferPointer { values in
        let levels = UnsafeBufferPointer(
          rebasing: values[plane * NormalisationTable.levels..<(plane + 1) * NormalisationTable.levels])
        // Outside the picture is black, which is level 0.
        guard let tile else { return target.update(repeating: levels[0]) }
        if crop.region.intersection(tile.region) != crop.region { target.update(repeating: levels[0]) }
        write(crop, channel: channel, of: tile, levels, into: target)
      }
    }
  }

  private func write(
    _ crop: CropPlacement, channel: Int, of tile: Tile, _ levels: UnsafeBufferPointer<Float>,
    into plane: UnsafeMutableBufferPointer<Float>
  ) {
    guard let visible = crop.region.intersection(tile.region) else { return }
    let step = tile.raster.channels
    let firstColumn = visible.x - crop.region.x
    let start = crop.isMirrored ? crop.region.width - 1 - firstColumn : firstColumn
    let direction = crop.isMirrored ? -1 : 1
    tile.raster.samples.withUnsafeBufferPointer { samples in
      for y in visible.rows {
        var source = ((y - tile.region.y) * tile.region.width + visible.x - tile.region.x) * step + channel
        var target = (y - crop.region.y) * crop.region.width + start
        for _ in 0..<visible.width {
          plane[target] = levels[Int(samples[source])]
          source &+= step
          target &+= direction
        }
      }
    }
  }
}
