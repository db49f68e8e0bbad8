/// Finds how one picture lies on another, by least squares over the difference of brightness: Lucas and Kanade, "An
/// iterative image registration technique with an application to stereo vision" (1981), with a scale and an offset for
/// each axis, and with gain and bias of the brightness solved for beside them (Baker et al., "Lucas-Kanade 20 years on:
/// part 3", 2003).
struct Registration {
  /// The first picture, and the second, of one size.
  let moving: Plane
  let fixed: Plane

  /// The least part of the second picture that the first has to cover.
  static let leastOverlap = 0.6
  /// Beyond these two pictures are not the same but for their margin: two crops of a twentieth of each margin, at
  /// opposite corners, differ by 0.1.
  static let scales = 0.84...1.19
  static let mostOffset = 0.13

  /// Goes on from an alignment by at most so many steps of Gauss and Newton.
  func refined(_ start: Alignment, steps: Int) -> Alignment {
    var alignment = start
    for _ in 0..<steps {
      guard let equations = equations(at: alignment), let step = equations.solved() else { return alignment }
      alignment.horizontal.take(step[0], step[1])
      alignment.vertical.take(step[2], step[3])
      if step[0..<4].allSatisfy({ abs($0) < 2e-4 }) { break }
    }
    return alignment
  }

  /// Nothing where the pictures do not overlap enough, or their brightness goes apart.
  private func equations(at alignment: Alignment) -> NormalEquations? {
    guard let overlap = Overlap(moving, on: fixed, alignment), overlap.gain > 0.2 else { return nil }
    var equations = NormalEquations()
    let (scaleX, scaleY) = (Float(alignment.horizontal.scale), Float(alignment.vertical.scale))
    let (size, gain) = (Float(fixed.width), Float(overlap.gain))
    overlap.eachInnerSample { row, column, here, across, down in
      // Slopes of the moved picture are those of the first one times the scale.
      let slopeX = gain * across * size / scaleX
      let slopeY = gain * down * size / scaleY
      let (x, y) = ((Float(column) + 0.5) / size, (Float(row) + 0.5) / size)
      let target = fixed.samples[row * fixed.width + column] - overlap.fixedMean
      equations.add(SIMD8(slopeX * x, slopeX, slopeY * y, slopeY, here - overlap.mean, 1, target, 0))
    }
    equations.damp()
    return equations
  }
}

extension Alignment.Axis {
  /// A step, of at most a tenth, within what two pictures may lie apart.
  fileprivate mutating func take(_ scaleStep: Double, _ offsetStep: Double) {
    scale = min(max(scale + min(max(scaleStep, -0.1), 0.1), 0.8), 1.25)
    offset = min(max(offset + min(max(offsetStep, -0.1), 0.1), -0.2), 0.2)
  }
}

/// The part of a picture that another one covers, and how their brightness goes together there.
struct Overlap {
  let fixed: Plane
  let rows: Range<Int>
  let columns: Range<Int>
  /// The first picture as it lies on the second, of the second's size; 0 where it does not cover it.
  let moved: Plane
  /// Mean brightness in the overlap.
  let mean: Float
  let fixedMean: Float
  /// Correlation of the brightness (Pearson).
  let correlation: Double
  /// By how much the second picture's contrast is that of the first, as the line through both has it.
  let gain: Double
  /// Standard deviation of the second picture.
  let deviation: Double

  /// Nothing where too little is covered.
  init?(_ moving: Plane, on fixed: Plane, _ alignment: Alignment) {
    let rowSamples = AxisSamples(alignment.vertical, length: fixed.height)
    let columnSamples = AxisSamples(alignment.horizontal, length: fixed.width)
    (rows, columns) = (rowSamples.covered, columnSamples.covered)
    let count = rows.count * columns.count
    guard Double(count) >= Registration.leastOverlap * Double(fixed.samples.count) else { return nil }
    self.fixed = fixed
    var samples = [Float](repeating: 0, count: fixed.samples.count)
    var sums = (one: 0.0, other: 0.0, ones: 0.0, others: 0.0, products: 0.0)
    for row in rows {
      for column in columns {
        let value = moving.sample(rowSamples, row, columnSamples, column)
        let other = fixed.samples[row * fixed.width + column]
        samples[row * fixed.width + column] = value
        sums.one += Double(value)
        sums.other += Double(other)
        sums.ones += Double(value) * Double(value)
        sums.others += Double(other) * Double(other)
        sums.products += Double(value) * Double(other)
      }
    }
    moved = Plane(width: fixed.width, height: fixed.height, samples: samples)
    let total = Double(count)
    (mean, fixedMean) = (Float(sums.one / total), Float(sums.other / total))
    let variance = max(sums.ones / total - sums.one / total * (sums.one / total), 1e-6)
    let otherVariance = max(sums.others / total - sums.other / total * (sums.other / total), 1e-6)
    let covariance = sums.products / total - sums.one / total * (sums.other / total)
    correlation = covariance / (variance * otherVariance).squareRoot()
    gain = covariance / variance
    deviation = otherVariance.squareRoot()
  }

  /// Calls `body` with each sample of the moved picture that has neighbours, and with its slopes a sample.
  @inline(__always)
  func eachInnerSample(_ body: (_ row: Int, _ column: Int, _ here: Float, _ across: Float, _ down: Float) -> Void) {
    guard rows.count > 2, columns.count > 2 else { return }
    let width = moved.width
    moved.samples.withUnsafeBufferPointer { samples in
      for row in rows.dropFirst().dropLast() {
        for column in columns.dropFirst().dropLast() {
          let place = row * width + column
          body(
            row, column, samples[place], (samples[place + 1] - samples[place - 1]) / 2,
            (samples[place + width] - samples[place - width]) / 2)
        }
      }
    }
  }

  /// The greatest mean difference in one of 8 x 8 parts, when gain and bias are made up for, over the second picture's
  /// deviation: what stands in one picture and not in the other.
  func greatestPartialDifference() -> Double {
    differences(gain: gain, bias: fixedMean - Float(gain) * mean, parts: 8).greatestPart / deviation
  }

  /// Mean absolute differences: over the overlap, and in the part of `parts x parts` where it is greatest.
  func differences(gain: Double, bias: Float = 0, parts: Int) -> (mean: Double, greatestPart: Double) {
    var sums = [Double](repeating: 0, count: parts * parts)
    for row in rows {
      for column in columns {
        let place = row * fixed.width + column
        let difference = Float(gain) * moved.samples[place] + bias - fixed.samples[place]
        sums[row * parts / fixed.height * parts + column * parts / fixed.width] += Double(abs(difference))
      }
    }
    let size = Double(fixed.samples.count / (parts * parts))
    return (sums.reduce(0, +) / Double(rows.count * columns.count), sums.max()! / size)
  }
}
