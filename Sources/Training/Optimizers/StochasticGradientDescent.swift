/// `w <- w - rate * g`, with `g` the gradient and weight decay: Robbins and Monro, 1951; PyTorch's `SGD`.
struct StochasticGradientDescent: UpdateRule {
  let stateNames: [String] = []

  func update(_ piece: UpdatePiece, step: Int, rate: Double) {
    let (rate, decay) = (Float(rate), Float(piece.decay))
    for index in 0..<piece.count {
      piece.values[index] -= piece.decayedGradient(index, decay) * rate
    }
  }
}
