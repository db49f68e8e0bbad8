import ImageInput

/// The network's input for each 8-bit sample of each plane, `[channels][256]`.
///
/// The table is computed by the serving code itself from an image with all 256 values, so that training and serving
/// give the same bits.
///
/// `@unchecked Sendable`: nothing is written after `init`.
final class NormalisationTable: @unchecked Sendable {
  private let values: UnsafeMutablePointer<Float>

  init(_ preprocessing: Preprocessing) throws(PreprocessingError) {
    let side = PixelSize(16)
    let whole = try Preprocessing(
      resize: .none, crop: .center(side), channelOrder: preprocessing.channelOrder, scale: preprocessing.scale,
      mean: preprocessing.mean, std: preprocessing.std)
    values = .allocate(capacity: whole.elementsPerCrop)
    values.initialize(repeating: 0, count: whole.elementsPerCrop)
    let greys = PixelImage(width: 16, height: 16, pixels: (0..<256).flatMap { [UInt8($0), UInt8($0), UInt8($0)] })
    whole.crops(of: greys).write(0, into: UnsafeMutableBufferPointer(start: values, count: whole.elementsPerCrop))
  }

  deinit {
    values.deallocate()
  }

  /// 256 numbers.
  func plane(_ channel: Int) -> UnsafePointer<Float> { UnsafePointer(values + channel * 256) }
}
