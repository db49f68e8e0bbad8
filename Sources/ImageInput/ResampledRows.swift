import KernelTemplates

/// A region of an image after the first pass. It is as wide as the result, and as high as the input rows that the
/// result needs.
final class ResampledRows {
  /// The part of the resized image that the second pass can compute.
  let region: PixelRegion
  /// The input rows that are held.
  let rows: Range<Int>
  /// Bytes of one row of a plane.
  let planeStride: Int
  private let rowWeights: ResamplingWeights
  private let kernels: ImageKernels
  /// `[rows][3][planeStride]`, and some bytes behind them, which the last vector reads.
  private let samples: UnsafeMutablePointer<UInt8>

  init(region: PixelRegion, rowWeights: ResamplingWeights, kernels: ImageKernels) {
    self.region = region
    self.rowWeights = rowWeights
    self.kernels = kernels
    rows = rowWeights.inputRange
    let alignment = ImageKernels.rowAlignment
    planeStride = (region.width + alignment - 1) / alignment * alignment
    samples = .allocate(capacity: rows.count * 3 * planeStride + alignment)
  }

  deinit {
    samples.deallocate()
  }

  /// One input row's three planes, `[3][planeStride]`.
  func samples(row: Int) -> UnsafeMutablePointer<UInt8> {
    samples + (row - rows.lowerBound) * 3 * planeStride
  }

  /// The second pass for one row of one plane, from a column on, as many pixels as the target holds.
  ///
  /// - Parameters:
  ///   - row: of the resized image, within `region`.
  ///   - column: of the resized image, within `region`, as are the columns that follow.
  func write(
    row: Int, column: Int, channel: Int, factor: Float, summand: Float,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(region.rows.contains(row) && column >= region.x && column + target.count <= region.columns.upperBound)
    let index = row - region.y
    rowWeights.weights.withUnsafeBufferPointer { weights in
      kernels.resampleColumns(
        ColumnResamplingArguments(
          source: samples(row: rowWeights.starts[index]) + channel * planeStride + column - region.x,
          sourceStride: 3 * planeStride, weights: weights.baseAddress! + index * rowWeights.stride,
          weightCount: rowWeights.counts[index], factor: factor, summand: summand, target: target.baseAddress!,
          width: target.count))
    }
  }
}
