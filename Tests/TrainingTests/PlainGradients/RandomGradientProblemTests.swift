import NetworkGraph
import TestSupport
import Testing

@Suite("Random problems for gradients")
struct RandomGradientProblemTests {
  private static let seeds: Range<UInt64> = 0..<200

  private static func problems(_ kind: GradientOperator) -> [RandomGradientProblem] {
    [false, true].flatMap { embedded in
      seeds.map { RandomGradientProblem.draw(operator: kind, seed: $0, embedded: embedded) }
    }
  }

  @Test(
    "shapes infer, arrays have them, and no value lies near a kink or its neighbour",
    arguments: GradientOperator.allCases)
  func problems(kind: GradientOperator) throws {
    for problem in Self.problems(kind) {
      let shapes = try problem.network.inferShapes()
      try problem.network.validate(problem.weights)
      #expect((1...5).contains(problem.inputs.count) && problem.cotangent.count == problem.inputs.count)
      #expect(problem.inputs.allSatisfy { $0.count == shapes.input.elementsPerSample })
      #expect(problem.cotangent.allSatisfy { $0.count == shapes.output.elementsPerSample })
      let nearest = problem.nearest
      #expect(nearest.kink >= 1e-3 && nearest.neighbour >= 1e-3, "\(problem)")
    }
  }

  @Test("one seed draws one problem, another seed another one")
  func repeatable() {
    let problems = [7, 7, 8].map { RandomGradientProblem.draw(operator: .convolution, seed: $0) }
    #expect(problems[0].network == problems[1].network && problems[0].inputs == problems[1].inputs)
    #expect(problems[0].cotangent == problems[1].cotangent)
    #expect(problems[0].network != problems[2].network)
  }

  @Test("convolutions meet every attribute")
  func convolutions() throws {
    var (strides, dilations, groups, batches, biases): (Set<Int>, Set<Int>, Set<Int>, Set<Int>, Set<Bool>)
    (strides, dilations, groups, batches, biases) = ([], [], [], [], [])
    var (uneven, same, wide) = (0, 0, 0)
    for problem in Self.problems(.convolution) {
      let node = try #require(problem.network.nodes.first { $0.name == "layer" })
      guard case .convolution(let convolution) = node.operator else { continue }
      strides.insert(convolution.stride.width)
      dilations.insert(convolution.dilation.height)
      groups.insert(convolution.groups)
      batches.insert(problem.inputs.count)
      biases.insert(convolution.hasBias)
      switch convolution.padding {
      case .same: same += 1
      case .edges(let edges):
        uneven += edges.top != edges.bottom && edges.left != edges.right ? 1 : 0
        wide += max(edges.top, edges.right) > max(convolution.kernel.height, convolution.kernel.width) ? 1 : 0
      }
    }
    #expect(strides == [1, 2, 3] && dilations == [1, 2, 3] && groups == [1, 2, 3, 5])
    #expect(batches == [1, 2, 3, 4, 5] && biases == [true, false])
    #expect(min(uneven, same, wide) >= 20)
  }
}
