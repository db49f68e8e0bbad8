/// Divides each gradient by the root of its mean square (Tieleman and Hinton, 2012, lecture 6.5); PyTorch's `RMSprop`.
///
/// `s <- decay * s + (1 - decay) * g^2`, `v <- momentum * v + g / (sqrt(s) + epsilon)`, `w <- w - rate * v`. Without
/// momentum, `v` is the quotient itself.
struct RMSProp: UpdateRule {
  let stateNames = ["square", "movement"]
  private let momentum: Float
  private let squareDecay: Float
  private let squareShare: Float
  private let epsilon: Float

  init(_ settings: OptimizerSettings) {
    momentum = Float(settings.momentum)
    squareDecay = Float(settings.squareDecay)
    squareShare = Float(1 - settings.squareDecay)
    epsilon = Float(settings.epsilon)
  }

  func update(_ piece: UpdatePiece, step: Int, rate: Double) {
    let (rate, decay) = (Float(rate), Float(piece.decay))
    let (square, movement) = (piece.first, piece.second)
    for index in 0..<piece.count {
      let gradient = piece.decayedGradient(index, decay)
      let mean = square[index] * squareDecay + gradient * gradient * squareShare
      square[index] = mean
      let moved = movement[index] * momentum + gradient / (mean.squareRoot() + epsilon)
      movement[index] = moved
      piece.values[index] -= moved * rate
    }
  }
}
