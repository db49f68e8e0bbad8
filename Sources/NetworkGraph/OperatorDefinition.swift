/// The properties that every operator states about itself: shapes, tensors, arithmetic and window.
///
/// Each operator is a type of its own, in a file of its own under `Operators/`. Attributes may come from untrusted
/// files: `outputShape(for:)` checks them, and the other members may rely on that check.
public protocol OperatorDefinition: Hashable, Sendable {
  /// The operator's name in JSON, tables and messages, for example `max_pooling`.
  static var name: String { get }

  /// Shape of the output for inputs of the given shapes.
  ///
  /// - Throws: `ShapeRuleViolation` where the number of inputs, their shapes or the operator's attributes are not
  ///   accepted.
  func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape

  /// The tensors that the operator needs from the weight file.
  ///
  /// - Precondition: `outputShape(for:)` accepts `inputs`.
  func parameters(for inputs: [TensorShape]) -> [OperatorParameter]

  /// Number of multiply-accumulates over the whole batch; one is 2 FLOPs. Only convolutions and fully connected layers
  /// count, as in the papers; every other operator has 0.
  ///
  /// - Precondition: `outputShape(for:)` accepts `inputs` and gives `output`.
  func multiplyAccumulates(inputs: [TensorShape], output: TensorShape) -> Int

  /// The window through which one output value sees the first input. Receptive fields are computed from it.
  ///
  /// `nil` means that an output value sees only the input values in the same place.
  ///
  /// - Precondition: `outputShape(for:)` accepts `input`.
  func window(for input: TensorShape) -> Window?
}

extension OperatorDefinition {
  /// No tensors: the default for operators that learn nothing.
  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] { [] }
  /// 0: the default for operators whose arithmetic is not counted.
  public func multiplyAccumulates(inputs: [TensorShape], output: TensorShape) -> Int { 0 }
  /// `nil`: the default for operators that treat every place of a map alone.
  public func window(for input: TensorShape) -> Window? { nil }
}

/// The only input, for operators that take exactly one.
func singleInput(_ inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
  guard inputs.count == 1 else { throw ShapeRuleViolation("takes exactly one input, not \(inputs.count)") }
  return inputs[0]
}

/// The only input, for operators that take exactly one stack of feature maps, `C x H x W`.
func singleFeatureMap(_ inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
  let input = try singleInput(inputs)
  guard input.isFeatureMap else { throw ShapeRuleViolation("needs feature maps of shape CxHxW") }
  return input
}

/// An operator that computes each output value from the input value in the same place. Shape and channels do not
/// change.
public protocol ElementwiseOperator: OperatorDefinition {}

extension ElementwiseOperator {
  /// The shape of the only input: feature maps or a vector.
  ///
  /// - Throws: `ShapeRuleViolation` where there is not exactly one input.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    try singleInput(inputs)
  }
}
