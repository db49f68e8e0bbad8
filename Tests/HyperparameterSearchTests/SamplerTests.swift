import Jobs
import Testing

@testable import HyperparameterSearch

@Suite("Samplers")
struct SamplerTests {
  @Test("a grid has each combination once, and none of what does not count")
  func grid() throws {
    let definition = try Spaces.conditional(#""sampler": "grid""#)
    // 3 rates x (sgd + 2 optimisers x 2 momenta).
    #expect(definition.trials == 15)
    let sampler = definition.makeSampler()
    let all = (0..<15).map(sampler.values)
    #expect(Set(all).count == 15)
    #expect(all.count { $0["optimizer.momentum"] == nil } == 3)
    #expect(all.allSatisfy { ($0["optimizer.momentum"] == nil) == ($0["optimizer.name"] == .string("sgd")) })
    #expect(Set(all.compactMap { $0["learning_rate"] }) == [.number(0.001), .number(0.0316228), .number(1)])
  }

  @Test("each random or quasi-random trial shows another value, within its range", arguments: ["random", "sobol"])
  func drawn(name: String) throws {
    let definition = try Spaces.conditional(#""sampler": "\#(name)", "trials": 256, "seed": 7"#)
    let sampler = definition.makeSampler()
    let all = (0..<256).map(sampler.values)
    let rates = all.compactMap { $0["learning_rate"]?.double }
    #expect(Set(rates).count == 256)
    #expect(rates.allSatisfy { (0.001...1).contains($0) })
    // Of a logarithmic scale a third lies in each power of ten.
    for bound in [0.001, 0.01, 0.1] {
      #expect((60...110).contains(rates.count { $0 >= bound && $0 < 10 * bound }), "\(name) from \(bound)")
    }
    let momenta = all.compactMap { $0["optimizer.momentum"]?.double }
    #expect((130...210).contains(momenta.count))
    #expect(momenta.allSatisfy { (0.5...0.9).contains($0) })
    #expect(all.map { $0["learning_rate"] } == (0..<256).map { sampler.values(of: $0)["learning_rate"] })
  }

  @Test("another seed draws other trials; a Sobol sequence stays even when it is shifted")
  func seeds() throws {
    for name in ["random", "sobol"] {
      let samplers = try (0..<2).map { seed in
        try Spaces.conditional(#""sampler": "\#(name)", "trials": 9, "seed": \#(seed)"#).makeSampler()
      }
      #expect((0..<9).allSatisfy { samplers[0].values(of: $0) != samplers[1].values(of: $0) })
    }
    let definition = try Spaces.definition(
      #"{"parameters": {"learning_rate": {"uniform": [1, 17]}}, "settings": {"architecture": "lenet5"}, "sampler": "sobol", "trials": 16, "seed": 5}"#
    )
    let sampler = definition.makeSampler()
    let cells = (0..<16).compactMap { sampler.values(of: $0)["learning_rate"]?.double.map { Int($0) } }
    #expect(Set(cells).count == 16, "\(cells)")
  }

  @Test("values have six digits that count, and never leave their range", arguments: [3e-7, 0.001, 0.3, 7, 99.9])
  func rounded(low: Double) {
    let range = low...low * 1.00000049
    for place in [0, 0.2, 0.5, 0.999] {
      for domain in [ParameterDomain.uniform(range), .logUniform(range)] {
        #expect(range.contains(domain.value(at: place).double ?? -1))
      }
    }
    #expect(ParameterDomain.rounded(0.123456789, in: 0...1) == 0.123457)
    #expect(ParameterDomain.rounded(1234567, in: 0...1e9) == 1_234_570)
  }

  /// Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, 2012: the best of nine trials on a function of which one
  /// axis alone counts, with its peak at a drawn place.
  @Test("where one of two axes counts, random search beats the grid at least 600 times in 1,000")
  func randomBeatsGrid() throws {
    func best(_ definition: SearchDefinition, peak: Double) -> Double {
      let sampler = definition.makeSampler()
      return (0..<9).map { number in
        -abs((sampler.values(of: number)["optimizer.weight_decay"]?.double ?? -1) - peak)
      }.max() ?? 0
    }
    func space(_ rest: String) throws -> SearchDefinition {
      try Spaces.definition(
        """
        {"parameters": {"weight_decay": {"uniform": [0, 1]}, "label_smoothing": {"uniform": [0, 0.9]}},
         "settings": {"architecture": "lenet5"}, \(rest)}
        """)
    }
    let grid = try space(#""sampler": "grid""#)
    #expect(grid.trials == 9)
    var wins = 0
    for draw in 0..<1000 {
      let random = try space(#""sampler": "random", "trials": 9, "seed": \#(draw)"#)
      // The golden ratio's multiples fill the axis evenly.
      let peak = (Double(draw) * 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
      if best(random, peak: peak) > best(grid, peak: peak) { wins += 1 }
    }
    print("random search beat the grid \(wins) times in 1,000")
    #expect(wins >= 600)
  }
}
