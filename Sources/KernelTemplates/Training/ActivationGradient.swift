public import NetworkGraph

/// Values times the derivative of an activation.
public struct ActivationGradientArguments {
  /// `[vectors][lanes]`: what the activation took, or what it gave where `isOutput`.
  public var values: UnsafePointer<Float>
  public var isOutput: Bool
  /// `[vectors][lanes]`: the gradient of what it gave.
  public var gradient: UnsafePointer<Float>
  public var vectors: Int
  public var function: Activation
  /// `[vectors][lanes]`; may be `gradient`.
  public var result: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    values: UnsafePointer<Float>, isOutput: Bool, gradient: UnsafePointer<Float>, vectors: Int, function: Activation,
    result: UnsafeMutablePointer<Float>
  ) {
    self.values = values
    self.isOutput = isOutput
    self.gradient = gradient
    self.vectors = vectors
    self.function = function
    self.result = result
  }
}

/// Derivatives as PyTorch has them: at a kink, that of the flat side.
@usableFromInline
enum ActivationGradient<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: ActivationGradientArguments) {
    let (zero, one) = (ISA.broadcast(0), ISA.broadcast(1))
    switch arguments.function {
    case .identity: each(arguments) { _, gradient in gradient }
    case .relu: each(arguments) { ISA.select($0, above: zero, $1, zero) }
    case .relu6: each(arguments, within: 0, 6, slope: 1)
    case .leakyReLU(let negativeSlope):
      let slope = ISA.broadcast(negativeSlope)
      each(arguments) { ISA.select($0, above: zero, $1, ISA.multiply($1, slope)) }
    case .hardSigmoid:
      if arguments.isOutput {
        each(arguments, within: 0, 1, slope: 1 / 6)
      } else {
        each(arguments, within: -3, 3, slope: 1 / 6)
      }
    case .hardSwish:
      let (three, half) = (ISA.broadcast(3), ISA.broadcast(0.5))
      each(arguments) { x, gradient in
        let slope = ISA.adding(half, x, ISA.broadcast(1 / 3))
        let below = ISA.select(x, above: ISA.broadcast(-3), slope, zero)
        return ISA.multiply(gradient, ISA.select(x, above: three, one, below))
      }
    case .silu:
      each(arguments) { x, gradient in
        let sigmoid = ISA.divide(one, ActivationSweep<ISA>.onePlusExponential(ActivationSweep<ISA>.negated(x)))
        let slope = ISA.adding(one, x, ISA.subtract(one, sigmoid))
        return ISA.multiply(gradient, ISA.multiply(sigmoid, slope))
      }
    case .gelu: each(arguments) { ISA.multiply($1, ActivationSweep<ISA>.geluDerivative($0)) }
    case .tanh:
      ofOutput(arguments, { ActivationSweep<ISA>.tanh($0) }) { ISA.adding(one, $0, ActivationSweep<ISA>.negated($0)) }
    case .sigmoid:
      ofOutput(arguments, { ActivationSweep<ISA>.sigmoid($0) }) { ISA.multiply($0, ISA.subtract(one, $0)) }
    }
  }

  @inlinable @inline(__always)
  static func each(
    _ arguments: ActivationGradientArguments, _ body: (_ value: ISA.Vector, _ gradient: ISA.Vector) -> ISA.Vector
  ) {
    for place in stride(from: 0, to: arguments.vectors * ISA.lanes, by: ISA.lanes) {
      let result = body(ISA.load(arguments.values + place), ISA.load(arguments.gradient + place))
      ISA.store(result, arguments.result + place)
    }
  }

  @inlinable @inline(__always)
  static func each(_ arguments: ActivationGradientArguments, within lower: Float, _ upper: Float, slope: Float) {
    let (lower, upper, slope) = (ISA.broadcast(lower), ISA.broadcast(upper), ISA.broadcast(slope))
    each(arguments) { NormalizationGradient<ISA>.between($0, lower, upper, ISA.multiply($1, slope)) }
  }

  /// Functions whose derivative follows from their result, which is computed anew where it is not given.
  @inlinable @inline(__always)
  static func ofOutput(
    _ arguments: ActivationGradientArguments, _ function: (ISA.Vector) -> ISA.Vector,
    _ derivative: (_ output: ISA.Vector) -> ISA.Vector
  ) {
    if arguments.isOutput {
      each(arguments) { ISA.multiply($1, derivative($0)) }
    } else {
      each(arguments) { ISA.multiply($1, derivative(function($0))) }
    }
  }
}

extension Activation {
  /// Whether the derivative follows from the result, so that what the function took need not be kept.
  public var hasDerivativeOfOutput: Bool {
    switch self {
    case .identity, .relu, .relu6, .hardSigmoid, .tanh, .sigmoid: true
    case .leakyReLU(let negativeSlope): negativeSlope > 0
    case .hardSwish, .silu, .gelu: false
    }
  }
}

extension ActivationSweep {
  /// `Phi(x) + x phi(x)`, of the normal distribution's integral and density.
  @inlinable @inline(__always)
  static func geluDerivative(_ x: ISA.Vector) -> ISA.Vector {
    let q = upperTail(x)
    let integral = ISA.select(x, above: ISA.broadcast(0), ISA.subtract(ISA.broadcast(1), q), q)
    let density = ISA.multiply(
      exponential(ISA.multiply(ISA.multiply(x, x), ISA.broadcast(-0.5))), ISA.broadcast(0.398_942_28))
    return ISA.adding(integral, x, density)
  }
}
