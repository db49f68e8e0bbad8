import NetworkGraph
import TestSupport
import Testing

/// The oracle of gradients is itself compared with PyTorch's.
@Suite("Finite differences of plain loops")
struct PlainGradientTests {
  /// PyTorch's values are kept to six digits, the last of them rounded.
  private static let tolerance = 6e-6

  @Test("plain loops give PyTorch's outputs", arguments: OperatorGolden.all)
  func outputs(golden: OperatorGolden) throws {
    let reference = PlainReference(network: golden.network, weights: golden.weights)
    let output = try reference.run(golden.inputs.map { $0.map(Double.init) }, statistics: golden.statistics)
    Self.expectClose(output.flatMap(\.self), golden.output, "output")
  }

  @Test("differences are PyTorch's gradients", arguments: OperatorGolden.all.filter(\.isDifferentiable))
  func gradients(golden: OperatorGolden) throws {
    let plain = PlainGradient(golden.network, golden.weights, statistics: golden.statistics)
    let inputs = golden.inputs.map { $0.map(Double.init) }
    let cotangent = golden.cotangents.map { $0.map(Double.init) }
    func expectGradient(_ variable: PlainGradient.Variable, _ expected: [Double]) throws {
      let entries = Array(expected.indices)
      let found = try plain.gradient(of: variable, entries: entries, inputs: inputs, cotangent: cotangent)
      Self.expectClose(found, expected, "\(variable)")
      let direction = SeededWeights.signs("\(variable)", count: expected.count)
      let along = try plain.derivative(of: variable, along: direction, inputs: inputs, cotangent: cotangent)
      let sum = zip(direction, expected).reduce(0) { $0 + $1.0 * $1.1 }
      Self.expectClose([along], [sum], "\(variable), along signs", scale: expected.reduce(1) { $0 + abs($1) })
    }
    try expectGradient(.input, golden.inputGradient)
    for (name, expected) in golden.parameterGradients { try expectGradient(.parameter(name), expected) }
  }

  private static func expectClose(_ found: [Double], _ expected: [Double], _ what: String, scale: Double? = nil) {
    #expect(found.count == expected.count, "\(what)")
    let scale = scale ?? expected.reduce(1e-3) { max($0, abs($1)) }
    let wrong = zip(found, expected).enumerated().first { !(abs($1.0 - $1.1) <= tolerance * scale) }
    if let (index, (value, wanted)) = wrong {
      Issue.record("\(what): value \(index) is \(value), not \(wanted)")
    }
  }
}
