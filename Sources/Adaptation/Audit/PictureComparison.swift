/// Decides whether two pictures are the same, by bringing one over the other.
///
/// The limits keep apart what `Benchmarks/adaptation/near_duplicates.py` measures: variants of photographs on one side, and
/// on the other photographs of one place and drawings of one hand.
struct PictureComparison {
  private let looks: Looks

  /// Pixels of the shorter side below which a picture shows nothing at the thumbnail's size.
  static let finestSide = Thumbnail.side

  init(_ picture: PhotoFacts.Picture) {
    looks = Looks(picture)
  }

  /// - Parameter start: how this picture seems to lie on the other.
  func isSame(as picture: PhotoFacts.Picture, from start: Alignment) -> Bool {
    let other = Looks(picture)
    guard min(looks.shorterSide, other.shorterSide) >= Self.finestSide else { return isEqualWhenSmall(other) }
    var alignment = start
    // From coarse to fine: most pairs end at the first level.
    for (level, round) in Self.rounds.enumerated() {
      let registration = Registration(moving: looks.levels[level], fixed: other.levels[level])
      alignment = registration.refined(alignment, steps: round.steps)
      guard let overlap = Overlap(registration.moving, on: registration.fixed, alignment),
        overlap.correlation >= round.leastCorrelation
      else { return false }
    }
    return agree(other, alignment)
  }

  private static let rounds: [(steps: Int, leastCorrelation: Double)] = [(6, 0.8), (4, 0.92), (4, 0.97)]

  private func agree(_ other: Looks, _ alignment: Alignment) -> Bool {
    guard alignment.isWithin(scale: Registration.scales, offset: Registration.mostOffset),
      let overlap = Overlap(looks.levels[2], on: other.levels[2], alignment)
    else { return false }
    let limits = Limits(alignment, gain: overlap.gain)
    return limits.gains.contains(overlap.gain) && overlap.correlation >= limits.leastCorrelation
      && overlap.greatestPartialDifference() <= limits.greatestDifference
      && looks.agreeInColour(other, alignment, gain: overlap.gain, limits.colours)
  }

  /// Small pictures show too little to tell a crop from another object of the kind: digits of one hand would be the same.
  private func isEqualWhenSmall(_ other: Looks) -> Bool {
    guard let overlap = Overlap(looks.levels[1], on: other.levels[1], .none) else { return false }
    return overlap.correlation >= 0.997 && (0.8...1.25).contains(overlap.gain)
      && overlap.greatestPartialDifference() <= 0.12
      && looks.agreeInColour(other, .none, gain: overlap.gain, ColourLimits(mean: 4, part: 12))
  }

  /// What two looks at the same picture may differ by.
  private struct Limits {
    let leastCorrelation: Double
    let greatestDifference: Double
    let colours: ColourLimits
    let gains: ClosedRange<Double>

    init(_ alignment: Alignment, gain: Double) {
      let isStill = alignment.isWithin(scale: 0.98...1.02, offset: 0.015)
      if isStill, abs(gain - 1) <= 0.03 {
        // Only the encoding or the size differs: that leaves correlations of 0.998 and more, partial differences of at
        // most 0.07. A drawing with and without its ornaments is beyond.
        (leastCorrelation, greatestDifference, colours) = (0.997, 0.12, ColourLimits(mean: 3, part: 8))
      } else {
        // Interpolating between the thumbnail's samples blurs, and brightness may be cut off at white.
        (leastCorrelation, greatestDifference, colours) = (0.978, 0.3, ColourLimits(mean: 8, part: 60))
      }
      gains = 0.7...1.4
    }
  }
}

/// A thumbnail in the forms in which it is compared.
private struct Looks {
  /// Luma of 12, 24 and 48 samples a side, the finest a little blurred, so that half a sample counts for less.
  let levels: [Plane]
  let colours: [Plane]
  let shorterSide: Int

  init(_ picture: PhotoFacts.Picture) {
    let side = Thumbnail.side
    let fine = Plane(width: side, height: side, samples: picture.thumbnail.luma.map(Float.init)).blurred()
    let middle = fine.halved()
    levels = [middle.halved(), middle, fine]
    let colourSide = Thumbnail.colourSide
    let samples = picture.thumbnail.colours.map { Float($0) - 128 }
    colours = [samples.prefix(colourSide * colourSide), samples.suffix(colourSide * colourSide)].map {
      Plane(width: colourSide, height: colourSide, samples: Array($0))
    }
    shorterSide = picture.shorterSide
  }

  /// Whether both colour planes agree where the pictures overlap.
  func agreeInColour(_ other: Looks, _ alignment: Alignment, gain: Double, _ limits: ColourLimits) -> Bool {
    zip(colours, other.colours).allSatisfy { one, other in
      guard let overlap = Overlap(one, on: other, alignment) else { return false }
      let differences = overlap.differences(gain: gain, parts: 4)
      return differences.mean <= limits.mean && differences.greatestPart <= limits.part
    }
  }
}

/// How far colours may lie apart, of samples from 0 to 255: in the mean, and in one of 4 x 4 parts.
private struct ColourLimits {
  let mean: Double
  let part: Double
}

extension Plane {
  /// By 1, 2, 1 in both directions, edges repeated.
  fileprivate func blurred() -> Plane {
    var passes = samples
    for (step, last) in [(1, width - 1), (width, height - 1)] {
      let source = passes
      for place in source.indices {
        let position = step == 1 ? place % width : place / width
        let before = position == 0 ? source[place] : source[place - step]
        let after = position == last ? source[place] : source[place + step]
        passes[place] = (before + 2 * source[place] + after) / 4
      }
    }
    return Plane(width: width, height: height, samples: passes)
  }

  /// Means of squares of four.
  fileprivate func halved() -> Plane {
    let (newWidth, newHeight) = (width / 2, height / 2)
    var halves = [Float](repeating: 0, count: newWidth * newHeight)
    for row in 0..<newHeight {
      for column in 0..<newWidth {
        let place = row * 2 * width + column * 2
        halves[row * newWidth + column] =
          (samples[place] + samples[place + 1] + samples[place + width] + samples[place + width + 1]) / 4
      }
    }
    return Plane(width: newWidth, height: newHeight, samples: halves)
  }
}
