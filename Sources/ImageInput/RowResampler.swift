import KernelTemplates

/// The first pass of a resize, along the rows, for a region of the result.
struct RowResampler {
  /// The conversion of each row before it is resized. Resizing needs four bytes a pixel.
  enum Conversion {
    /// No conversion: the row has red, green, blue and an unused byte already.
    case none
    /// From RGB to four bytes.
    case expansion
    /// From RGB to luma, in the first of the four bytes.
    case luma
  }

  /// Number of rows that are resized together.
  static let rowsAtOnce = 4

  private let region: PixelRegion
  private let columnWeights: ResamplingWeights
  private let rowWeights: ResamplingWeights
  private let conversion: Conversion
  private let kernels: ImageKernels

  /// The input's columns and rows that the region needs.
  let columns: Range<Int>
  let rows: Range<Int>

  /// Computes the weights of both axes.
  ///
  /// - Parameters:
  ///   - spans: the parts of the input's columns and rows that the image covers.
  ///   - size: the size of the whole result. `region` lies within it.
  init(
    inputSize: PixelSize, spans: (horizontal: PixelSpan, vertical: PixelSpan), size: PixelSize, region: PixelRegion,
    interpolation: Interpolation, conversion: Conversion, kernels: ImageKernels
  ) {
    self.region = region
    self.conversion = conversion
    self.kernels = kernels
    columnWeights = ResamplingWeights(
      inputSize: inputSize.width, span: spans.horizontal, outputSize: size.width, outputs: region.columns,
      interpolation: interpolation)
    rowWeights = ResamplingWeights(
      inputSize: inputSize.height, span: spans.vertical, outputSize: size.height, outputs: region.rows,
      interpolation: interpolation)
    columns = columnWeights.inputRange
    rows = rowWeights.inputRange
  }

  /// Number of pixels behind `columns` that the last step of a row may read. Their values do not matter.
  var reach: Int { (columnWeights.groupCount + 1) * ImageKernels.groupSize }

  /// Resamples all rows of the region.
  ///
  /// - Parameter pixels: gives each row of `rows` once, from the top, beginning at the first column of `columns`. A row
  ///   without conversion must have `reach` pixels behind it, and must stay valid until `rowsAtOnce` further rows were
  ///   asked for.
  func run<Failure: Error>(
    _ pixels: (_ row: Int) throws(Failure) -> UnsafePointer<UInt8>
  ) throws(Failure) -> ResampledRows {
    let result = ResampledRows(region: region, rowWeights: rowWeights, kernels: kernels)
    let inputBytes = (columns.count + reach) * 4
    let outputBytes = result.planeStride * 4
    // Zeros, because four rows are always computed, even where fewer are left.
    let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.rowsAtOnce * (inputBytes + outputBytes))
    defer { scratch.deallocate() }
    scratch.initialize(repeating: 0, count: Self.rowsAtOnce * (inputBytes + outputBytes))
    var sources = (0..<Self.rowsAtOnce).map { UnsafePointer(scratch + $0 * inputBytes) }
    let targets = (0..<Self.rowsAtOnce).map { scratch + Self.rowsAtOnce * inputBytes + $0 * outputBytes }
    let groups = ResamplingGroups(columnWeights, origin: columns.lowerBound)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowsAtOnce) {
      let rows = first..<min(first + Self.rowsAtOnce, rows.upperBound)
      for row in rows {
        sources[row - first] = converted(try pixels(row), into: scratch + (row - first) * inputBytes)
      }
      kernels.resampleRows(
        RowResamplingArguments(
          sources: (sources[0], sources[1], sources[2], sources[3]),
          targets: (targets[0], targets[1], targets[2], targets[3]), width: region.width, starts: groups.starts,
          weights: groups.weights, groupCount: columnWeights.groupCount))
      for row in rows {
        kernels.separatePlanes(
          PixelRowArguments(
            source: targets[row - first], count: result.planeStride, target: result.samples(row: row)))
      }
    }
    return result
  }

  /// A row of four bytes a pixel: the given row itself, or its conversion in `target`.
  private func converted(
    _ row: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    let arguments = PixelRowArguments(source: row, count: columns.count, target: target)
    switch conversion {
    case .none: return row
    case .expansion: kernels.expandColour(arguments)
    case .luma: kernels.expandLuma(arguments)
    }
    return UnsafePointer(target)
  }
}
