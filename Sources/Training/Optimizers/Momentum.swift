/// `v <- momentum * v + g`, `w <- w - rate * v`: Polyak's heavy ball (1964) as PyTorch's `SGD` has it.
///
/// The rate multiplies the whole movement, so that a change of the rate acts at once (Sutskever et al., 2013, put it into
/// the movement instead).
struct Momentum: UpdateRule {
  let stateNames = ["movement"]
  private let momentum: Float

  init(_ settings: OptimizerSettings) {
    momentum = Float(settings.momentum)
  }

  func update(_ piece: UpdatePiece, step: Int, rate: Double) {
    let (rate, decay) = (Float(rate), Float(piece.decay))
    let movement = piece.first
    for index in 0..<piece.count {
      let moved = movement[index] * momentum + piece.decayedGradient(index, decay)
      movement[index] = moved
      piece.values[index] -= moved * rate
    }
  }
}
