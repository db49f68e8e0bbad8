/// The differences between a set of weights and the tensors that a network needs. All differences are listed at once,
/// by name.
public struct WeightMismatch: Error, Hashable, Sendable {
  /// A tensor that is present but has the wrong shape.
  public struct Misshapen: Hashable, Sendable {
    /// Full name of the tensor, such as `fc.weight`.
    public let name: String
    /// Row-major extents that the network needs.
    public let expected: [Int]
    /// Row-major extents in the weight file.
    public let found: [Int]

    /// A difference between the shape that the network needs and the shape that was found.
    public init(name: String, expected: [Int], found: [Int]) {
      self.name = name
      self.expected = expected
      self.found = found
    }
  }

  /// Name of the network.
  public let network: String
  /// Tensors that the network needs and the weights lack, in the order of the layers.
  public let missing: [ParameterDeclaration]
  /// Names of tensors in the weights that the network does not need, sorted.
  public let surplus: [String]
  /// Tensors that are present in a wrong shape, in the order of the layers.
  public let misshapen: [Misshapen]
}

extension WeightMismatch: CustomStringConvertible {
  /// A line with the numbers of differences, and then one line for each difference.
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
  /// Checks that `weights` holds exactly the tensors that the network needs at its own input shape, in the right
  /// shapes.
  ///
  /// - Throws: `ShapeError` where shapes cannot be inferred. `WeightMismatch` with every tensor that is missing,
  ///   surplus or misshapen.
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
