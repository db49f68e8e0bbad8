extension Network {
  /// Those tensors that the network has parameters for: the compiler refuses others.
  ///
  /// - Throws: `ShapeError`.
  package func tensors(of weights: Weights) throws -> Weights {
    let names = Set(try parameters().map(\.name))
    return weights.filter { names.contains($0.key) }
  }
}
