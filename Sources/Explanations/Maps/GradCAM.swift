/// Gradient-weighted class activation mapping: Selvaraju et al., Grad-CAM, 2017, equations 1 and 2.
enum GradCAM {
  /// How much each channel speaks for the class: `alpha_k`, the mean over positions of `dy / dA^k`.
  ///
  /// - Parameter gradient: `[C][positions]`, of the class's logit `y`.
  static func weights(gradient: [Float], positions: Int) -> [Double] {
    stride(from: 0, to: gradient.count, by: positions).map { first in
      gradient[first..<first + positions].reduce(0.0) { $0 + Double($1) } / Double(positions)
    }
  }

  /// `ReLU(sum_k alpha_k A^k)`, as it is: neither enlarged nor scaled.
  ///
  /// - Parameters:
  ///   - values: `A`, `[C][height][width]`.
  ///   - weights: one a channel.
  static func map(values: [Float], weights: [Double], height: Int, width: Int) -> SpatialMap {
    let area = height * width
    var sums = [Double](repeating: 0, count: area)
    for (channel, weight) in weights.enumerated() {
      for position in 0..<area { sums[position] += weight * Double(values[channel * area + position]) }
    }
    // What is not a number, because a value overflowed, is no evidence either.
    return SpatialMap(
      height: height, width: width,
      values: sums.map { $0 > 0 ? Float(min($0, Double(Float.greatestFiniteMagnitude))) : 0 })
  }
}
