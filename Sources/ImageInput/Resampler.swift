import CIntrinsics
import KernelTemplates
import KernelsAVX2
import KernelsPortable

/// Resizes with antialiasing in two passes, along the rows and then along the columns, as Pillow's `Image.resize`.
///
/// As in Pillow, samples are rounded to 8 bits between the passes. Only the requested part of the result is computed,
/// and only the rows and columns of the input that it needs are read.
struct Resampler {
  /// The fastest kernels that this processor can run. Wider vectors than AVX2's were measured and are no faster.
  static let kernels: ImageKernels = convserve_supports_avx2() ? .avx2 : .portable

  let image: PixelImage
  /// The size of the whole result.
  let size: PixelSize
  let interpolation: Interpolation
  /// Whether the first plane holds luma, instead of three planes of red, green and blue.
  var showsLuma = false
  var kernels = Self.kernels

  /// The first pass for a region, which must lie within `size`.
  func resampledRows(for region: PixelRegion) -> ResampledRows {
    let pass = RowResampler(
      inputSize: image.size, spans: (image.horizontalSpan, image.verticalSpan), size: size, region: region,
      interpolation: interpolation, conversion: showsLuma ? .luma : .expansion, kernels: kernels)
    return image.pixels.withUnsafeBufferPointer { pixels in
      let first = pixels.baseAddress! + pass.columns.lowerBound * 3
      return pass.run { first + $0 * image.width * 3 }
    }
  }
}
