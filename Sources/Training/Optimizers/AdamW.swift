/// Adam with decoupled weight decay: Loshchilov and Hutter, 2019, algorithm 2; PyTorch's `AdamW`.
///
/// The decay does not pass through the mean square: `w <- w * (1 - rate * decay)`, then Adam's movement.
struct AdamW: UpdateRule {
  let stateNames = ["mean", "square"]
  private let moments: AdamMoments

  init(_ settings: OptimizerSettings) {
    moments = AdamMoments(settings)
  }

  func update(_ piece: UpdatePiece, step: Int, rate: Double) {
    let kept = Float(1 - rate * piece.decay)
    let scales = moments.scales(step: step, rate: rate)
    for index in 0..<piece.count {
      let gradient = piece.gradients[index] * piece.gradientScale
      piece.values[index] = piece.values[index] * kept - moments.movement(piece, index, gradient, scales)
    }
  }
}
