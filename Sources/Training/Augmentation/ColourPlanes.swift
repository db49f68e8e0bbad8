/// An image of 8-bit samples in planes that is changed in its place.
struct ColourPlanes {
  let samples: UnsafeMutablePointer<UInt8>
  let format: RasterFormat
  /// Whether blue is the first plane rather than the last.
  let isBlueFirst: Bool

  var isGrey: Bool { format.channels == 1 }
  var red: UnsafeMutablePointer<UInt8> { samples + (isBlueFirst ? 2 : 0) * format.planeSize }
  var green: UnsafeMutablePointer<UInt8> { samples + format.planeSize }
  var blue: UnsafeMutablePointer<UInt8> { samples + (isBlueFirst ? 0 : 2) * format.planeSize }

  /// By the weights of ITU-R 601 in 16-bit fixed point, rounded: Pillow's `convert("L")`.
  func luma(_ pixel: Int) -> UInt8 {
    if isGrey { return samples[pixel] }
    let sum = UInt32(red[pixel]) * 19595 + UInt32(green[pixel]) * 38470 + UInt32(blue[pixel]) * 7471
    return UInt8((sum + 0x8000) >> 16)
  }

  /// Rounded, as Pillow's `ImageEnhance.Contrast` takes it.
  var meanLuma: UInt8 {
    let sum = (0..<format.planeSize).reduce(0) { $0 + Int(luma($1)) }
    return UInt8(Double(sum) / Double(format.planeSize) + 0.5)
  }
}
