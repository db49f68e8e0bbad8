import KernelTemplates

/// One axis of a resize: for each output position, the input positions that contribute, and their weights.
///
/// Resizing is antialiased as in Pillow's `Image.resize`: when an image shrinks, the filter widens by the scale, so
/// that every input pixel contributes. Weights are fixed-point numbers with `ImageKernels.fractionBits` fractional
/// bits.
struct ResamplingWeights {
  /// The output positions that are computed.
  let outputs: Range<Int>
  /// For each output position, the first input position that contributes.
  let starts: [Int]
  /// For each output position, the number of input positions that contribute.
  let counts: [Int]
  /// `stride` weights for each output position. The first `counts` are used, and the others are zero.
  let weights: [Int32]
  let stride: Int

  /// The input positions that any of the output positions needs.
  var inputRange: Range<Int> {
    let end = zip(starts, counts).map { $0 + $1 }.max() ?? 0
    return (starts.min() ?? 0)..<end
  }

  /// Computes the weights for a part of the output.
  ///
  /// - Parameters:
  ///   - span: the part of `0..<inputSize` that the image covers. It is mapped to `0..<outputSize`.
  ///   - outputs: positions within `0..<outputSize`. Only these are computed, so that a crop of a huge enlargement
  ///     stays cheap.
  init(
    inputSize: Int, span: PixelSpan, outputSize: Int, outputs: Range<Int>, interpolation: Interpolation
  ) {
    let scale = span.length / Double(outputSize)
    let filterScale = max(scale, 1)
    let support = interpolation.support * filterScale
    let stride = Int(support.rounded(.up)) * 2 + 1
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Int32](repeating: 0, count: stride * outputs.count)
    var taps = [Double](repeating: 0, count: stride)
    for (index, output) in outputs.enumerated() {
      let center = span.start + (Double(output) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let count = min(inputSize, Int(center + support + 0.5)) - first
      var sum = 0.0
      for tap in 0..<count {
        taps[tap] = interpolation.weight(at: (Double(first + tap) - center + 0.5) / filterScale)
        sum += taps[tap]
      }
      for tap in 0..<count { weights[index * stride + tap] = Self.fixedPoint(taps[tap] / sum) }
      starts.append(first)
      counts.append(count)
    }
    (self.outputs, self.starts, self.counts, self.weights) = (outputs, starts, counts, weights)
    self.stride = stride
  }

  /// Number of groups of weights that every output position fits in.
  var groupCount: Int { ((counts.max() ?? 0) + ImageKernels.groupSize - 1) / ImageKernels.groupSize }

  private static func fixedPoint(_ weight: Double) -> Int32 {
    Int32((weight * Double(1 << ImageKernels.fractionBits)).rounded(.toNearestOrAwayFromZero))
  }
}

/// Weights as rows are resampled with them: each four times, outputs x groups x group size x 4; and starts, counted from
/// an input position.
final class ResamplingGroups {
  let starts: UnsafePointer<Int32>
  let weights: UnsafePointer<Int32>

  init(_ resampling: ResamplingWeights, origin: Int) {
    let size = resampling.groupCount * ImageKernels.groupSize
    let starts = UnsafeMutablePointer<Int32>.allocate(capacity: max(resampling.outputs.count, 1))
    for (output, start) in resampling.starts.enumerated() { starts[output] = Int32(start - origin) }
    let count = max(resampling.outputs.count * size * 4, 1)
    let weights = UnsafeMutablePointer<Int32>.allocate(capacity: count)
    weights.initialize(repeating: 0, count: count)
    for output in resampling.counts.indices {
      for tap in 0..<resampling.counts[output] {
        let weight = resampling.weights[output * resampling.stride + tap]
        (weights + (output * size + tap) * 4).update(repeating: weight, count: 4)
      }
    }
    self.starts = UnsafePointer(starts)
    self.weights = UnsafePointer(weights)
  }

  deinit {
    starts.deallocate()
    weights.deallocate()
  }
}
