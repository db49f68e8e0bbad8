import InferenceRuntime
import NetworkGraph
import Testing

@testable import Training

@Suite struct DropoutLayerTests {
  private func problem(
    _ probability: Float, _ shape: TensorShape, map: TensorShape? = nil, batch: Int = 2
  ) throws -> LayerProblem {
    var random = LayerDraw.generator(1)
    var problem = try LayerProblem(
      .dropout(Dropout(probability: probability)), [shape], maps: map.map { [$0] }, batch: batch, &random)
    (problem.earlier, problem.isBranch) = (nil, false)
    return problem
  }

  /// Which numbers remain of a sample, by the definition: Wellons' hash of the index, under both halves of the key.
  private func remaining(_ count: Int, _ probability: Float, seed: UInt64, step: Int, sample: Int) -> [Bool] {
    let key = CounterGenerator.value(
      seed: seed, stream: .dropout, epoch: step, sample: sample, view: CounterGenerator.place(of: LayerProblem.name))
    func hash(_ value: UInt32) -> UInt32 {
      var x = value
      x ^= x >> 16
      x &*= 0x7feb_352d
      x ^= x >> 15
      x &*= 0x846c_a68b
      return x ^ x >> 16
    }
    return (0..<count).map { index in
      let bits = hash(hash(UInt32(index) ^ UInt32(truncatingIfNeeded: key)) ^ UInt32(key >> 32))
      return (Double(bits >> 9) + 0.5) / 8_388_608 > Double(probability)
    }
  }

  @Test(
    "numbers are dropped by their index in the graph's order, the same forward and backward, on every kernel set",
    arguments: [
      (TensorShape(channels: 21, height: 5, width: 4), nil),
      (TensorShape(channels: 40, height: 18, width: 17), nil),
      (TensorShape([37]), nil),
      (TensorShape([21 * 20]), TensorShape(channels: 21, height: 5, width: 4)),
    ] as [(TensorShape, TensorShape?)])
  func lots(shape: TensorShape, map: TensorShape?) throws {
    let problem = try problem(0.3, shape, map: map)
    let kept = (0..<2).map { remaining(shape.elementsPerSample, 0.3, seed: 5, step: 7, sample: $0) }
    func expected(_ values: [[Float]]) -> [[Float]] {
      zip(values, kept).map { zip($0, $1).map { $1 ? $0 * (1 / (1 - Float(0.3))) : 0 } }
    }
    for kernels in ProcessorKernels.allCases where kernels.isSupported {
      let result = try LayerHarness.run(problem, on: kernels, seed: 5, step: 7)
      #expect(result.output == expected(problem.inputs[0]), "\(kernels)")
      #expect(result.gradients[0] == expected(problem.gradient), "\(kernels)")
    }
  }

  @Test("as many are dropped as the probability says", arguments: [0.1, 0.5, 0.9] as [Float])
  func share(probability: Float) throws {
    let problem = try problem(probability, TensorShape(channels: 64, height: 25, width: 25), batch: 1)
    for step in 0..<4 {
      let output = try LayerHarness.run(problem, on: .best, step: step).output[0]
      let share = Double(output.count { $0 == 0 }) / Double(output.count)
      // Four standard deviations of the share among 40,000.
      #expect(abs(share - Double(probability)) < 4 * (0.25 / 40_000).squareRoot())
    }
  }

  @Test("each seed, step and sample draws anew")
  func independence() throws {
    var problem = try problem(0.5, TensorShape([2_000]), batch: 2)
    problem.inputs[0] = problem.inputs[0].map { $0.map { _ in 1 } }
    let runs = try [(0, 0), (0, 1), (1, 0)].flatMap { seed, step in
      try LayerHarness.run(problem, on: .best, seed: UInt64(seed), step: step).output
    }
    for (index, first) in runs.enumerated() {
      for second in runs[..<index] {
        let equal = zip(first, second).count { $0 == $1 }
        #expect(abs(equal - 1_000) < 4 * 23)
      }
    }
  }

  @Test("with a probability of 0 nothing changes, with 1 nothing remains")
  func bounds() throws {
    let shape = TensorShape(channels: 5, height: 3, width: 3)
    let whole = try problem(0, shape)
    let unchanged = try LayerHarness.run(whole, on: .best)
    #expect(unchanged.output == whole.inputs[0])
    #expect(unchanged.gradients[0] == whole.gradient)
    let empty = try LayerHarness.run(problem(1, shape), on: .best)
    #expect(empty.output.allSatisfy { $0.allSatisfy { $0 == 0 } })
    #expect(empty.gradients[0].allSatisfy { $0.allSatisfy { $0 == 0 } })
  }

  @Test("the number of threads does not matter")
  func threads() throws {
    try LayerExpectation.isIndependentOfThreads(
      problem(0.5, TensorShape(channels: 70, height: 20, width: 20), batch: 3))
  }
}
