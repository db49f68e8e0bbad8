import NetworkGraph

/// An architecture cannot be built with the given classes or input shape.
public enum ArchitectureError: Error, Equatable, Sendable {
  /// The number of classes is outside the accepted range.
  case unacceptedClasses(architecture: String, given: Int, accepted: ClosedRange<Int>)
  /// The input shape is not three positive extents. `example` is the architecture's default shape.
  case unacceptedInputShape(architecture: String, given: [Int], example: [Int])
  /// The input is too large to be accepted, or too small for one of the layers. The error inside names the layer.
  case impossibleInput(ShapeError)
}

extension ArchitectureError: CustomStringConvertible {
  /// What was given and what is accepted, as one sentence for users.
  public var description: String {
    switch self {
    case .unacceptedClasses(let architecture, let given, let accepted):
      "\(architecture): the number of classes must be between \(accepted.lowerBound) and \(accepted.upperBound), "
        + "not \(given)"
    case .unacceptedInputShape(let architecture, let given, let example):
      "\(architecture): the input must be channels x height x width, each at least 1, for example "
        + "\(Self.text(example)), not \(given.isEmpty ? "an empty shape" : Self.text(given))"
    case .impossibleInput(let error):
      error.description
    }
  }

  private static func text(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "x")
  }
}
