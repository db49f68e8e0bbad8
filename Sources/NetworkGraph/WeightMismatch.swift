/// How a set of weights differs from what a network needs: everything at once, by name.
public struct WeightMismatch: Error, Hashable, Sendable {
  public struct Misshapen: Hashable, Sendable {
    public let name: String
    public let expected: [Int]
    public let found: [Int]

    public init(name: String, expected: [Int], found: [Int]) {
      self.name = name
      self.expected = expected
      self.found = found
    }
  }

  public let network: String
  /// Needed by the network, absent from the weights.
  public let missing: [ParameterDeclaration]
  /// Present in the weights, unknown to the network.
  public let surplus: [String]
  public let misshapen: [Misshapen]
}

extension WeightMismatch: CustomStringConvertible {
  public var description: String {
    let lines =
      missing.map { "  missing    \($0.name) \($0.shape)" }
      + surplus.map { "  surplus    \($0)" }
      + misshapen.map { "  misshapen  \($0.name): the network needs \($0.expected), the file has \($0.found)" }
    return "the weights do not fit \(network): \(missing.count) missing, \(surplus.count) surplus, "
      + "\(misshapen.count) misshapen\n" + lines.joined(separator: "\n")
  }
}

extension Network {
  /// Checks that `weights` holds exactly the tensors that the network needs.
  ///
  /// - Throws: `ShapeError` from shape inference, or `WeightMismatch`.
  public func validate(_ weights: Weights) throws {
    let needed = try parameters()
    let names = Set(needed.map(\.name))
    let mismatch = WeightMismatch(
      network: name,
      missing: needed.filter { weights[$0.name] == nil },
      surplus: weights.keys.filter { !names.contains($0) }.sorted(),
      misshapen: needed.compactMap { declaration in
        guard let found = weights[declaration.name]?.shape, found != declaration.shape else { return nil }
        return .init(name: declaration.name, expected: declaration.shape, found: found)
      })
    guard mismatch.missing.isEmpty, mismatch.surplus.isEmpty, mismatch.misshapen.isEmpty else { throw mismatch }
  }
}
