import NetworkGraph
import Testing

/// `PlainReferenceTests` compares the same functions with PyTorch over whole maps.
@Suite("Activations")
struct ActivationTests {
  @Test(
    "gives the values of the definition",
    arguments: [
      (Activation.identity, -2.5, -2.5), (.relu, -2, 0), (.relu, 2, 2), (.relu6, 7, 6), (.relu6, -1, 0), (.relu6, 4, 4),
      (.leakyReLU(negativeSlope: 0.25), -2, -0.5), (.leakyReLU(negativeSlope: 0.25), 2, 2),
      (.hardSwish, -3, 0), (.hardSwish, -1, -1.0 / 3), (.hardSwish, 3, 3), (.hardSwish, 4, 4),
      (.hardSigmoid, -3, 0), (.hardSigmoid, 0, 0.5), (.hardSigmoid, 3, 1), (.hardSigmoid, 1.5, 0.75),
      (.silu, 0, 0), (.silu, 1, 0.7310585786300049), (.gelu, 0, 0), (.gelu, 1, 0.8413447460685429),
      (.gelu, -1, -0.15865525393145707), (.tanh, 1, 0.7615941559557649), (.sigmoid, 1, 0.7310585786300049),
    ])
  func values(activation: Activation, x: Double, expected: Double) {
    #expect(abs(activation.apply(x) - expected) < 1e-15, "\(activation) of \(x)")
  }

  @Test(
    "what is not a number stays so",
    arguments: [
      Activation.identity, .relu, .relu6, .leakyReLU(negativeSlope: 0.1), .hardSwish, .hardSigmoid, .silu, .gelu, .tanh,
      .sigmoid,
    ])
  func notANumber(activation: Activation) {
    #expect(activation.apply(.nan).isNaN)
  }

  @Test("an operator that is only a function names it, with its slope")
  func operators() {
    #expect(Operator.hardSwish(HardSwish()).activation == .hardSwish)
    #expect(Operator.leakyReLU(LeakyReLU(negativeSlope: 0.2)).activation == .leakyReLU(negativeSlope: 0.2))
    #expect(Operator.prelu(PReLU()).activation == nil)
    #expect(Operator.softmax(Softmax()).activation == nil)
  }
}
