/// The rule that an operator's inputs or attributes break. The operator does not know its layer's name; `ShapeError`
/// adds it.
public struct ShapeRuleViolation: Error, Hashable, Sendable {
  /// What is wrong and what is accepted, as part of a sentence, such as `needs at least two inputs`.
  public let rule: String

  /// Makes a violation of `rule`, which completes the sentence of `ShapeError.description`.
  public init(_ rule: String) {
    self.rule = rule
  }
}

/// A layer that cannot take its input: which layer, which shapes, and which rule they break.
public struct ShapeError: Error, Hashable, Sendable {
  /// Name of the network.
  public let network: String
  /// Name of the layer, or `Network.inputName` where the network's input itself is not accepted.
  public let layer: String
  /// The operator's name as in JSON, such as `max_pooling`; `input` for the network's input.
  public let operatorName: String
  /// The shapes that the layer was given, in the order of its inputs.
  public let inputShapes: [TensorShape]
  /// What is wrong and what is accepted, as part of a sentence.
  public let rule: String
}

extension ShapeError: CustomStringConvertible {
  /// The network, the layer, its input shapes and the rule, as one sentence for users.
  public var description: String {
    let shapes = inputShapes.map(\.description).joined(separator: ", ")
    return "\(network): layer \(layer) (\(operatorName)) cannot take input of shape \(shapes): \(rule)"
  }
}
