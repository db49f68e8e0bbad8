import Glibc

/// Kingma and Ba: Adam, 2015, algorithm 1; weight decay is a part of the gradient, as in PyTorch's `Adam`.
struct Adam: UpdateRule {
  let stateNames = ["mean", "square"]
  private let moments: AdamMoments

  init(_ settings: OptimizerSettings) {
    moments = AdamMoments(settings)
  }

  func update(_ piece: UpdatePiece, step: Int, rate: Double) {
    let decay = Float(piece.decay)
    let scales = moments.scales(step: step, rate: rate)
    for index in 0..<piece.count {
      let gradient = piece.decayedGradient(index, decay)
      piece.values[index] -= moments.movement(piece, index, gradient, scales)
    }
  }
}

/// Mean and mean square of the gradient, which `Adam` and `AdamW` share.
struct AdamMoments: Sendable {
  private let meanDecay: Double
  private let squareDecay: Double
  private let epsilon: Float

  init(_ settings: OptimizerSettings) {
    meanDecay = settings.firstMomentDecay
    squareDecay = settings.secondMomentDecay
    epsilon = Float(settings.epsilon)
  }

  /// The factors of one step, bias corrections included.
  struct Scales {
    /// `rate / (1 - beta1^t)`
    let rate: Float
    /// `1 / sqrt(1 - beta2^t)`
    let root: Float
    let meanDecay: Float
    let meanShare: Float
    let squareDecay: Float
    let squareShare: Float
  }

  func scales(step: Int, rate: Double) -> Scales {
    Scales(
      rate: Float(rate / (1 - pow(meanDecay, Double(step)))),
      root: Float(1 / (1 - pow(squareDecay, Double(step))).squareRoot()),
      meanDecay: Float(meanDecay), meanShare: Float(1 - meanDecay),
      squareDecay: Float(squareDecay), squareShare: Float(1 - squareDecay))
  }

  /// Updates both moments with a gradient, and returns the amount to subtract from the parameters.
  @inline(__always)
  func movement(_ piece: UpdatePiece, _ index: Int, _ gradient: Lanes, _ scales: Scales) -> Lanes {
    let mean = piece.first[index] * scales.meanDecay + gradient * scales.meanShare
    let square = piece.second[index] * scales.squareDecay + gradient * gradient * scales.squareShare
    piece.first[index] = mean
    piece.second[index] = square
    return mean / (square.squareRoot() * scales.root + epsilon) * scales.rate
  }
}
