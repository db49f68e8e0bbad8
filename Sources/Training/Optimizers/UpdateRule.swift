/// Sixteen neighbouring parameters, the amount of one iteration of an optimiser's loop.
typealias Lanes = SIMD16<Float>

/// One update rule: how a step changes the parameters, from their gradients and from the rule's state after the steps
/// before.
protocol UpdateRule: Sendable {
  /// The names of the rule's state vectors. Each is as long as the learned parameters, and 0 at first.
  var stateNames: [String] { get }

  /// Moves the parameters of one piece.
  ///
  /// - Parameter step: number of the step, from 1.
  func update(_ piece: UpdatePiece, step: Int, rate: Double)
}

/// Neighbouring parameters that are treated alike, in whole vectors: between tensors lie zeros, which every rule keeps.
struct UpdatePiece {
  let count: Int
  let values: UnsafeMutablePointer<Lanes>
  let gradients: UnsafePointer<Lanes>
  /// As many as the rule has names for; the others are null.
  let states: (UnsafeMutablePointer<Lanes>?, UnsafeMutablePointer<Lanes>?)
  /// Weight decay of these parameters.
  let decay: Double
  /// By what gradients are multiplied before anything else: below 1 where they are clipped.
  let gradientScale: Float

  var first: UnsafeMutablePointer<Lanes> { states.0! }
  var second: UnsafeMutablePointer<Lanes> { states.1! }

  /// Gradient `index`, clipped, with weight decay as a part of it: `g + decay * w`.
  @inline(__always)
  func decayedGradient(_ index: Int, _ decay: Float) -> Lanes {
    gradients[index] * gradientScale + values[index] * decay
  }
}
