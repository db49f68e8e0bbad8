/// One change of colours as torchvision defines it and Pillow 9.4 computes it, in 8 bits.
enum ColourChange: UInt8, CaseIterable {
  case brightness, contrast, saturation, hue

  /// - Parameter amount: a factor of which 1 changes nothing; of the hue a part of a circle, -0.5 to 0.5.
  func apply(_ amount: Double, to planes: ColourPlanes) {
    switch self {
    case .brightness: Self.blend(planes, from: 0, factor: Float(amount))
    case .contrast: Self.blend(planes, from: planes.meanLuma, factor: Float(amount))
    case .saturation: Self.blendWithLuma(planes, factor: Float(amount))
    case .hue: Self.turnHue(planes, by: amount)
    }
  }

  /// `adjust_brightness` blends with black, `adjust_contrast` with the mean.
  private static func blend(_ planes: ColourPlanes, from ground: UInt8, factor: Float) {
    for sample in 0..<planes.format.count {
      planes.samples[sample] = blended(ground, planes.samples[sample], factor)
    }
  }

  /// `adjust_saturation` blends with the grey image.
  private static func blendWithLuma(_ planes: ColourPlanes, factor: Float) {
    guard !planes.isGrey else { return }
    let (red, green, blue) = (planes.red, planes.green, planes.blue)
    for pixel in 0..<planes.format.planeSize {
      let luma = planes.luma(pixel)
      red[pixel] = blended(luma, red[pixel], factor)
      green[pixel] = blended(luma, green[pixel], factor)
      blue[pixel] = blended(luma, blue[pixel], factor)
    }
  }

  /// `adjust_hue` adds to the hue of 8 bits, around the circle.
  private static func turnHue(_ planes: ColourPlanes, by part: Double) {
    guard !planes.isGrey else { return }
    let turn = UInt8(truncatingIfNeeded: Int(part * 255))
    let (red, green, blue) = (planes.red, planes.green, planes.blue)
    for pixel in 0..<planes.format.planeSize {
      var colour = HueSaturationValue(red: red[pixel], green: green[pixel], blue: blue[pixel])
      colour.hue &+= turn
      (red[pixel], green[pixel], blue[pixel]) = colour.rgb
    }
  }

  /// Pillow's `ImagingBlend`: fractions are dropped, and values beyond the bounds are clamped.
  private static func blended(_ ground: UInt8, _ sample: UInt8, _ factor: Float) -> UInt8 {
    let value = Float(ground) + factor * Float(Int32(sample) - Int32(ground))
    return UInt8(min(max(value, 0), 255))
  }
}
