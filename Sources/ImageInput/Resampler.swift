import CIntrinsics
import KernelTemplates
import KernelsAVX2
import KernelsPortable

/// Resizes with antialiasing in two passes, along the rows and then along the columns, as Pillow's `Image.resize`.
///
/// Between the passes samples are rounded to 8 bits, as there. Only the part of the result that is asked for is worked
/// out, and of the input only the rows and columns that it needs are read.
struct Resampler {
  /// The fastest kernels that this processor runs; wider ones than AVX2's were measured to be no faster.
  static let kernels: ImageKernels = convserve_supports_avx2() ? .avx2 : .portable

  let image: PixelImage
  /// The size of the whole result.
  let size: PixelSize
  let interpolation: Interpolation
  /// Whether the first plane is to hold luma, instead of red, green and blue in three.
  var showsLuma = false
  var kernels = Self.kernels

  /// The first pass for a region, which must lie within `size`.
  func resampledRows(for region: PixelRegion) -> ResampledRows {
    let columns = ResamplingWeights(
      inputSize: image.width, span: image.horizontalSpan, outputSize: size.width, outputs: region.columns,
      interpolation: interpolation)
    let rows = ResamplingWeights(
      inputSize: image.height, span: image.verticalSpan, outputSize: size.height, outputs: region.rows,
      interpolation: interpolation)
    let result = ResampledRows(region: region, rowWeights: rows, kernels: kernels)
    image.pixels.withUnsafeBufferPointer { fill(result, from: $0.baseAddress!, columns) }
    return result
  }

  private func fill(_ result: ResampledRows, from pixels: UnsafePointer<UInt8>, _ columns: ResamplingWeights) {
    let input = columns.inputRange
    // What the last group reaches behind the input, and a pixel for its last vector.
    let inputBytes = (input.count + (columns.groupCount + 1) * ImageKernels.groupSize) * 4
    let outputBytes = result.planeStride * 4
    let expand = showsLuma ? kernels.expandLuma : kernels.expandColour
    // Zeros: where fewer than four rows are left, the others are worked out all the same.
    var scratch = [UInt8](repeating: 0, count: 4 * (inputBytes + outputBytes))
    scratch.withUnsafeMutableBufferPointer { scratch in
      let sources = (0..<4).map { scratch.baseAddress! + $0 * inputBytes }
      let targets = (0..<4).map { scratch.baseAddress! + 4 * inputBytes + $0 * outputBytes }
      columns.withGroups(from: input.lowerBound) { starts, weights in
        let arguments = RowResamplingArguments(
          sources: (.init(sources[0]), .init(sources[1]), .init(sources[2]), .init(sources[3])),
          targets: (targets[0], targets[1], targets[2], targets[3]), width: columns.outputs.count,
          starts: starts, weights: weights, groupCount: columns.groupCount)
        for first in stride(from: result.rows.lowerBound, to: result.rows.upperBound, by: 4) {
          let rows = first..<min(first + 4, result.rows.upperBound)
          for row in rows {
            let source = pixels + (row * image.width + input.lowerBound) * 3
            expand(PixelRowArguments(source: source, count: input.count, target: sources[row - first]))
          }
          kernels.resampleRows(arguments)
          for row in rows {
            kernels.separatePlanes(
              PixelRowArguments(
                source: targets[row - first], count: result.planeStride, target: result.samples(row: row)))
          }
        }
      }
    }
  }
}
