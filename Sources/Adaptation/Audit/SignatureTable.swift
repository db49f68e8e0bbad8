import Foundation

/// Signatures of many pictures, and the pairs of them that resemble one another.
///
/// A signature is the thumbnail's cosine transform at the 63 lowest frequencies without the mean, scaled to length 1:
/// what perceptual hashes keep the signs of (Zauner, "Implementation and Benchmarking of Perceptual Image Hash
/// Functions", 2010). The product of two is the correlation of the blurred pictures, which signs only estimate, and badly
/// where a picture is symmetric and half of its frequencies are noise around 0. Each picture has a second signature, of
/// its inner part, so that a crop meets the one or the other of its original.
struct SignatureTable: Sendable {
  /// How alike two pictures are, and how they lie on one another.
  struct Likeness {
    var correlation: Float
    var start: Alignment
  }

  private let whole: Half
  private let inner: Half

  /// One signature a picture: the 16 lowest frequencies apart, as they decide about nearly all pairs.
  private struct Half {
    var low: [SIMD16<Float>] = []
    var high: [(SIMD16<Float>, SIMD16<Float>, SIMD16<Float>)] = []
    /// Lengths of what is in `high`.
    var rests: [Float] = []

    mutating func append(_ signature: [Float]) {
      let blocks = (0..<4).map { block in SIMD16<Float>(signature[block * 16..<block * 16 + 16]) }
      low.append(blocks[0])
      high.append((blocks[1], blocks[2], blocks[3]))
      rests.append(signature[16...].reduce(0) { $0 + $1 * $1 }.squareRoot())
    }
  }

  init(_ thumbnails: [Thumbnail]) {
    var (whole, inner) = (Half(), Half())
    for thumbnail in thumbnails {
      let plane = Plane(width: Thumbnail.side, height: Thumbnail.side, samples: thumbnail.luma.map(Float.init))
      whole.append(CosineTransform.signature(plane))
      inner.append(CosineTransform.signature(Alignment.inner.applied(to: plane)))
    }
    (self.whole, self.inner) = (whole, inner)
  }

  /// Calls `body` for each later picture whose correlation with this one, whole or in part, is at least `floor`.
  func eachPair(of index: Int, above floor: Float, _ body: (_ other: Int, Likeness) -> Void) {
    for other in index + 1..<max(whole.low.count, index + 1) {
      var best = Likeness(correlation: -1, start: .none)
      take(product(whole, index, whole, other, floor), .none, &best)
      take(product(inner, index, whole, other, floor), .inner, &best)
      take(product(whole, index, inner, other, floor), .outer, &best)
      if best.correlation >= floor { body(other, best) }
    }
  }

  @inline(__always)
  private func take(_ correlation: Float, _ start: Alignment, _ best: inout Likeness) {
    if correlation > best.correlation { best = Likeness(correlation: correlation, start: start) }
  }

  /// The correlation; -1 where it is below `floor` whatever the higher frequencies are (Cauchy, Schwarz).
  @inline(__always)
  private func product(_ one: Half, _ first: Int, _ other: Half, _ second: Int, _ floor: Float) -> Float {
    let low = (one.low[first] * other.low[second]).sum()
    guard low + one.rests[first] * other.rests[second] >= floor else { return -1 }
    let (a, b) = (one.high[first], other.high[second])
    return low + (a.0 * b.0 + a.1 * b.1 + a.2 * b.2).sum()
  }
}

/// The discrete cosine transform, type II, orthonormal, of thumbnails.
enum CosineTransform {
  /// Lowest frequencies along each side.
  private static let frequencies = 8

  /// `frequencies x Thumbnail.side`.
  private static let basis: [Float] = (0..<frequencies).flatMap { frequency in
    (0..<Thumbnail.side).map { place in
      let scale = (frequency == 0 ? 1.0 : 2.0) / Double(Thumbnail.side)
      return Float(
        scale.squareRoot() * cos(Double.pi * (Double(place) + 0.5) * Double(frequency) / Double(Thumbnail.side)))
    }
  }

  /// Places of the transform, the lowest frequencies first, without the mean.
  private static let order: [Int] = (1..<frequencies * frequencies).sorted {
    ($0 / frequencies + $0 % frequencies, $0) < ($1 / frequencies + $1 % frequencies, $1)
  }

  /// 63 values of length 1 in all, and a 0; only zeros for a plane without contrast.
  static func signature(_ plane: Plane) -> [Float] {
    let side = Thumbnail.side
    var rows = [Float](repeating: 0, count: side * frequencies)
    for row in 0..<side {
      for frequency in 0..<frequencies {
        var sum: Float = 0
        for column in 0..<side { sum += plane.samples[row * side + column] * basis[frequency * side + column] }
        rows[row * frequencies + frequency] = sum
      }
    }
    var transform = [Float](repeating: 0, count: frequencies * frequencies)
    for vertical in 0..<frequencies {
      for row in 0..<side {
        for horizontal in 0..<frequencies {
          transform[vertical * frequencies + horizontal] +=
            basis[vertical * side + row] * rows[row * frequencies + horizontal]
        }
      }
    }
    let values = order.map { transform[$0] }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { length > 0 ? $0 / length : 0 } + [0]
  }
}
