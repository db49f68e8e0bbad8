extension PixelImage {
  /// The image at another size, antialiased. The pixels equal those of Pillow's `Image.resize(size, interpolation)`.
  ///
  /// - Precondition: both sides are positive.
  public func resized(to size: PixelSize, interpolation: Interpolation) -> PixelImage {
    precondition(size.width > 0 && size.height > 0, "a picture has at least one pixel")
    let whole = PixelRegion(x: 0, y: 0, width: size.width, height: size.height)
    let resampler = Resampler(image: self, size: size, interpolation: interpolation)
    return PixelImage(width: size.width, height: size.height, pixels: resampler.pixels(of: whole))
  }
}

extension Resampler {
  /// A region of the result as interleaved pixels of three bytes each.
  func pixels(of region: PixelRegion) -> [UInt8] {
    let rows = resampledRows(for: region)
    var line = [Float](repeating: 0, count: region.width)
    return [UInt8](unsafeUninitializedCapacity: region.area * 3) { output, initialized in
      for (index, row) in region.rows.enumerated() {
        for channel in 0..<3 {
          line.withUnsafeMutableBufferPointer {
            rows.write(row: row, column: region.x, channel: channel, factor: 1, summand: 0, into: $0)
          }
          for x in 0..<region.width { output[(index * region.width + x) * 3 + channel] = UInt8(line[x]) }
        }
      }
      initialized = region.area * 3
    }
  }
}
