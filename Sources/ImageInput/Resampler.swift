/// Resizes with antialiasing in two passes, along the rows and then along the columns, as Pillow's `Image.resize`.
///
/// Between the passes samples are rounded to 8 bits, as there. Only the part of the result that is asked for is worked
/// out, and of the input only the rows that it needs are read.
enum Resampler {
  /// A region of a raster as it would be at another size.
  ///
  /// - Parameter region: within `size`; the result has its size.
  static func resample(
    _ source: Raster, to size: PixelSize, region: PixelRegion, interpolation: Interpolation
  ) -> Raster {
    let columns = ResamplingWeights(
      inputSize: source.size.width, outputSize: size.width, outputs: region.columns, interpolation: interpolation)
    let rows = ResamplingWeights(
      inputSize: source.size.height, outputSize: size.height, outputs: region.rows, interpolation: interpolation)
    let narrow = alongRows(source, rows: rows.inputRange, columns)
    return alongColumns(narrow, firstRow: rows.inputRange.lowerBound, rows)
  }

  /// Rounds a fixed-point sum, which started at one half, to a sample.
  private static func clamp(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, sum >> ResamplingWeights.fractionBits)))
  }

  private static let half: Int32 = 1 << (ResamplingWeights.fractionBits - 1)

  // In both passes the sums cannot overflow: the magnitudes of a filter's weights add up to less than 1.5, so that a
  // sum stays below 255 * 1.5 * 2^22 < 2^31. The buffers hold exactly what their loops touch: the weights' ranges are
  // clipped to the input's size.

  private static func alongRows(_ source: Raster, rows: Range<Int>, _ columns: ResamplingWeights) -> Raster {
    let channels = source.channels
    let width = columns.starts.count
    let count = rows.count * width * channels
    let samples = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      source.samples.withUnsafeBufferPointer { input in
        for (index, row) in rows.enumerated() {
          let inputRow = UnsafeBufferPointer(rebasing: input[(row * source.size.width * channels)...])
          let outputRow = UnsafeMutableBufferPointer(rebasing: output[(index * width * channels)...])
          if channels == 3 {
            resampleRGB(inputRow, into: outputRow, columns)
          } else {
            resampleGrey(inputRow, into: outputRow, columns)
          }
        }
      }
      initialized = count
    }
    return Raster(size: PixelSize(width: width, height: rows.count), channels: channels, samples: samples)
  }

  private static func resampleRGB(
    _ row: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, _ columns: ResamplingWeights
  ) {
    columns.weights.withUnsafeBufferPointer { weights in
      for x in columns.starts.indices {
        var (red, green, blue) = (half, half, half)
        var source = columns.starts[x] &* 3
        let first = x &* columns.stride
        for tap in first..<first &+ columns.counts[x] {
          let weight = weights[tap]
          red &+= Int32(row[source]) &* weight
          green &+= Int32(row[source &+ 1]) &* weight
          blue &+= Int32(row[source &+ 2]) &* weight
          source &+= 3
        }
        output[x &* 3] = clamp(red)
        output[x &* 3 &+ 1] = clamp(green)
        output[x &* 3 &+ 2] = clamp(blue)
      }
    }
  }

  private static func resampleGrey(
    _ row: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, _ columns: ResamplingWeights
  ) {
    columns.weights.withUnsafeBufferPointer { weights in
      for x in columns.starts.indices {
        var sum = half
        let first = x &* columns.stride
        for tap in 0..<columns.counts[x] {
          sum &+= Int32(row[columns.starts[x] &+ tap]) &* weights[first &+ tap]
        }
        output[x] = clamp(sum)
      }
    }
  }

  /// The second pass, whole rows at a time: each input row is added, weighed, to a row of sums.
  private static func alongColumns(_ source: Raster, firstRow: Int, _ rows: ResamplingWeights) -> Raster {
    let rowLength = source.size.width * source.channels
    let height = rows.starts.count
    var sums = [Int32](repeating: 0, count: rowLength)
    let samples = [UInt8](unsafeUninitializedCapacity: height * rowLength) { output, initialized in
      source.samples.withUnsafeBufferPointer { input in
        sums.withUnsafeMutableBufferPointer { sums in
          for y in 0..<height {
            sums.update(repeating: half)
            for tap in 0..<rows.counts[y] {
              let weight = rows.weights[y * rows.stride + tap]
              let start = (rows.starts[y] - firstRow + tap) * rowLength
              for x in 0..<rowLength { sums[x] &+= Int32(input[start &+ x]) &* weight }
            }
            for x in 0..<rowLength { output[y &* rowLength &+ x] = clamp(sums[x]) }
          }
        }
      }
      initialized = height * rowLength
    }
    return Raster(
      size: PixelSize(width: source.size.width, height: height), channels: source.channels, samples: samples)
  }
}

extension PixelImage {
  /// The picture at another size, antialiased; equal to Pillow's `Image.resize(size, interpolation)`.
  ///
  /// - Precondition: both sides are positive.
  public func resized(to size: PixelSize, interpolation: Interpolation) -> PixelImage {
    precondition(size.width > 0 && size.height > 0, "a picture has at least one pixel")
    let whole = PixelRegion(x: 0, y: 0, width: size.width, height: size.height)
    let raster = Resampler.resample(Raster(self), to: size, region: whole, interpolation: interpolation)
    return PixelImage(width: size.width, height: size.height, pixels: raster.samples)
  }
}
