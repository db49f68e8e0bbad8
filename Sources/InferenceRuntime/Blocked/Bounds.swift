/// The interval that results are forced into, which is what the activations of convolutions amount to.
struct Bounds: Hashable, Sendable {
  let lower: Float
  let upper: Float

  static let none = Bounds(lower: -.infinity, upper: .infinity)
}
