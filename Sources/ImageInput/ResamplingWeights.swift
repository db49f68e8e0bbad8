/// One axis of a resize: for each output position, which input positions count, and how much.
///
/// Antialiased as in Pillow's `Image.resize`: when shrinking, the filter widens by the scale, so that every input pixel
/// has its part. Weights are fixed-point numbers of 22 fractional bits, which leaves 8 bits for a pixel and 2 for the
/// overshoot of the cubic within 32 bits.
struct ResamplingWeights {
  static let fractionBits: Int32 = 22

  /// For each output position the first input position that counts.
  let starts: [Int]
  /// For each output position how many input positions count.
  let counts: [Int]
  /// The weights, `stride` for each output position, of which `counts` are used.
  let weights: [Int32]
  let stride: Int

  /// The input positions that any of the output positions needs.
  var inputRange: Range<Int> {
    let end = zip(starts, counts).map { $0 + $1 }.max() ?? 0
    return (starts.min() ?? 0)..<end
  }

  /// Works out the weights of a part of the output.
  ///
  /// - Parameter outputs: positions within `0..<outputSize`; only these are worked out, so that a crop of a huge
  ///   enlargement stays cheap.
  init(inputSize: Int, outputSize: Int, outputs: Range<Int>, interpolation: Interpolation) {
    let scale = Double(inputSize) / Double(outputSize)
    let filterScale = max(scale, 1)
    let support = interpolation.support * filterScale
    stride = Int(support.rounded(.up)) * 2 + 1
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Int32](repeating: 0, count: stride * outputs.count)
    for (index, output) in outputs.enumerated() {
      let center = (Double(output) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(inputSize, Int(center + support + 0.5))
      let raw = (first..<end).map { interpolation.weight(at: (Double($0) - center + 0.5) / filterScale) }
      let sum = raw.reduce(0, +)
      for (tap, weight) in raw.enumerated() { weights[index * stride + tap] = Self.fixedPoint(weight / sum) }
      starts.append(first)
      counts.append(end - first)
    }
    (self.starts, self.counts, self.weights) = (starts, counts, weights)
  }

  private static func fixedPoint(_ weight: Double) -> Int32 {
    Int32((weight * Double(1 << fractionBits)).rounded(.toNearestOrAwayFromZero))
  }
}
