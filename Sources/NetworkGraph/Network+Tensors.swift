extension Network {
  /// The tensors of `weights` that the network needs. The compiler refuses surplus tensors.
  ///
  /// - Throws: `ShapeError` where shapes cannot be inferred.
  package func tensors(of weights: Weights) throws -> Weights {
    let names = Set(try parameters().map(\.name))
    return weights.filter { names.contains($0.key) }
  }
}
