import KernelTemplates

/// The first pass of a resize, along the rows, for a region of the result.
struct RowResampler {
  private let region: PixelRegion
  private let columnWeights: ResamplingWeights
  private let rowWeights: ResamplingWeights
  private let showsLuma: Bool
  private let kernels: ImageKernels

  /// The input's columns and rows that the region needs.
  let columns: Range<Int>
  let rows: Range<Int>

  /// - Parameters:
  ///   - spans: where the picture lies on the input's columns and rows.
  ///   - size: of the whole result; `region` lies within it.
  init(
    inputSize: PixelSize, spans: (horizontal: PixelSpan, vertical: PixelSpan), size: PixelSize, region: PixelRegion,
    interpolation: Interpolation, showsLuma: Bool, kernels: ImageKernels
  ) {
    self.region = region
    self.showsLuma = showsLuma
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

  /// - Parameter pixels: gives each of `rows` once, from the top, as RGB from the first of `columns` on.
  func run<Failure: Error>(
    _ pixels: (_ row: Int) throws(Failure) -> UnsafePointer<UInt8>
  ) throws(Failure) -> ResampledRows {
    let result = ResampledRows(region: region, rowWeights: rowWeights, kernels: kernels)
    // What the last group reaches behind the input, and a pixel for its last vector.
    let inputBytes = (columns.count + (columnWeights.groupCount + 1) * ImageKernels.groupSize) * 4
    let outputBytes = result.planeStride * 4
    // Zeros: where fewer than four rows are left, the others are worked out all the same.
    let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: 4 * (inputBytes + outputBytes))
    defer { scratch.deallocate() }
    scratch.initialize(repeating: 0, count: 4 * (inputBytes + outputBytes))
    let sources = (0..<4).map { scratch + $0 * inputBytes }
    let targets = (0..<4).map { scratch + 4 * inputBytes + $0 * outputBytes }
    let expand = showsLuma ? kernels.expandLuma : kernels.expandColour
    let groups = ResamplingGroups(columnWeights, origin: columns.lowerBound)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: 4) {
      let rows = first..<min(first + 4, rows.upperBound)
      for row in rows {
        expand(PixelRowArguments(source: try pixels(row), count: columns.count, target: sources[row - first]))
      }
      kernels.resampleRows(
        RowResamplingArguments(
          sources: (.init(sources[0]), .init(sources[1]), .init(sources[2]), .init(sources[3])),
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
}
