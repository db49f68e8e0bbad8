import Glibc

/// Local response normalisation across channels for the pixels `pixels` of one sample `channels x area`:
/// `output = input / (k + alpha / size * sum of squares) ^ beta`, the sum over `size` channels around each.
public func localResponseNormalize(
  input: UnsafePointer<Float>, channels: Int, area: Int, pixels: Range<Int>, size: Int, alpha: Float, beta: Float,
  k: Float, output: UnsafeMutablePointer<Float>
) {
  let scale = alpha / Float(size)
  for channel in 0..<channels {
    let lower = max(channel - size / 2, 0)
    let upper = min(channel + (size - 1) / 2, channels - 1)
    let target = output + channel * area
    for pixel in pixels { target[pixel] = 0 }
    for neighbour in lower...upper {
      let source = input + neighbour * area
      for pixel in pixels { target[pixel] += source[pixel] * source[pixel] }
    }
    let source = input + channel * area
    divideByPower(target, source, pixels, beta: beta) { k + scale * $0 }
  }
}

/// `target = source / denominator(target) ^ beta`; the usual 0.75 needs two square roots instead of a power.
@inline(__always)
private func divideByPower(
  _ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>, _ pixels: Range<Int>, beta: Float,
  denominator: (Float) -> Float
) {
  if beta == 0.75 {
    for pixel in pixels {
      let root = denominator(target[pixel]).squareRoot()
      target[pixel] = source[pixel] / (root * root.squareRoot())
    }
  } else {
    for pixel in pixels { target[pixel] = source[pixel] / Glibc.powf(denominator(target[pixel]), beta) }
  }
}
