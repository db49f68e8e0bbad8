/// What every operator states about itself. One file per operator conforms one type to this.
public protocol OperatorDefinition: Hashable, Sendable {
  /// Name used in JSON, tables and messages, for example `max_pooling`.
  static var name: String { get }

  /// Output shape for the given input shapes, or the rule that they break.
  func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape

  /// Tensors needed from the weight file, given inputs that `outputShape(for:)` accepts.
  func parameters(for inputs: [TensorShape]) -> [OperatorParameter]

  /// Multiply-accumulates (1 MAC = 2 FLOPs) over the whole batch. As in the papers, only convolutions and
  /// fully connected layers count.
  func multiplyAccumulates(inputs: [TensorShape], output: TensorShape) -> Int

  /// The window through which one output unit sees the input: the operator's receptive-field step.
  /// `nil` where every unit sees exactly the unit in its own place.
  func window(for input: TensorShape) -> Window?
}

extension OperatorDefinition {
  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] { [] }
  public func multiplyAccumulates(inputs: [TensorShape], output: TensorShape) -> Int { 0 }
  public func window(for input: TensorShape) -> Window? { nil }
}

/// The only input, for operators that take one.
func singleInput(_ inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
  guard inputs.count == 1 else { throw ShapeRuleViolation("takes exactly one input, not \(inputs.count)") }
  return inputs[0]
}

/// The only input, which must be `C x H x W`.
func singleFeatureMap(_ inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
  let input = try singleInput(inputs)
  guard input.isFeatureMap else { throw ShapeRuleViolation("needs feature maps of shape CxHxW") }
  return input
}

/// Operators that compute each output value from the input value in the same place.
public protocol ElementwiseOperator: OperatorDefinition {}

extension ElementwiseOperator {
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    try singleInput(inputs)
  }
}
