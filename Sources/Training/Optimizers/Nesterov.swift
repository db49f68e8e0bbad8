/// `v <- momentum * v + g`, `w <- w - rate * (g + momentum * v)`: Nesterov (1983) as PyTorch's `SGD(nesterov=True)`.
struct Nesterov: UpdateRule {
  let stateNames = ["movement"]
  private let momentum: Float

  init(_ settings: OptimizerSettings) {
    momentum = Float(settings.momentum)
  }

  func update(_ piece: UpdatePiece, step: Int, rate: Double) {
    let (rate, decay) = (Float(rate), Float(piece.decay))
    let movement = piece.first
    for index in 0..<piece.count {
      let gradient = piece.decayedGradient(index, decay)
      let moved = movement[index] * momentum + gradient
      movement[index] = moved
      piece.values[index] -= (gradient + moved * momentum) * rate
    }
  }
}
