import KernelTemplates
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

/// Every algorithm, on every kernel set that there is, for every convolution of the list that it computes, in every way
/// to cut its work and to share it out: against plain loops in double precision.
@Suite("Algorithms for convolutions against plain loops")
struct ConvolutionAlgorithmTests {
  @Test("each computes the convolutions of the list", arguments: AlgorithmExpectation.all)
  func list(expectation: AlgorithmExpectation) throws {
    let algorithm = try #require(ConvolutionAlgorithms.named(expectation.name))
    let check = AlgorithmCheck(algorithm, tolerance: expectation.tolerance)
    var largestError = 0.0
    var place = ""
    for index in ConvolutionProblems.all.indices {
      let example = try ConvolutionExample.listed(index)
      for kernels in KernelSets.all where algorithm.obstacle(to: example.problem, on: kernels) == nil {
        let error = check.run(example, on: kernels)
        if error > largestError { (largestError, place) = (error, "\(kernels.name), \(example.listed)") }
      }
    }
    print("\(expectation.name): error \(largestError) on \(place)")
    #expect(
      expectation.tolerance <= 10 * largestError,
      "the tolerance of \(expectation.name) is more than ten times its error of \(largestError)")
  }

  @Test("every algorithm is tested, and nothing else")
  func names() {
    #expect(AlgorithmExpectation.all.map(\.name) == ConvolutionAlgorithms.all.map(\.name))
  }

  @Test(
    "each meets every edge that it can meet, on each kernel set that it runs on", arguments: AlgorithmExpectation.all)
  func coverage(expectation: AlgorithmExpectation) throws {
    let algorithm = try #require(ConvolutionAlgorithms.named(expectation.name))
    var isComputed = false
    for kernels in KernelSets.all {
      let computed = try ConvolutionProblems.all.indices.map(ConvolutionExample.listed).filter {
        algorithm.obstacle(to: $0.problem, on: kernels) == nil
      }
      if computed.isEmpty, kernels.splitProducts == nil { continue }
      isComputed = true
      for feature in ConvolutionFeature.all {
        let count = computed.count { feature.isMet(by: $0.listed, $0.problem, algorithm.name, on: kernels) }
        if expectation.lacks.contains(feature) {
          #expect(count == 0, "\(algorithm.name) on \(kernels.name) does meet \(feature)")
        } else {
          #expect(
            count >= feature.leastExamples,
            "\(algorithm.name) on \(kernels.name) meets \(feature) \(count) times in the list")
        }
      }
    }
    #expect(isComputed, "\(algorithm.name) computes no convolution of the list")
  }

  @Test("packed weights take no more memory than an algorithm says", arguments: AlgorithmExpectation.all)
  func weightBytes(expectation: AlgorithmExpectation) throws {
    let algorithm = try #require(ConvolutionAlgorithms.named(expectation.name))
    for index in ConvolutionProblems.all.indices {
      let example = try ConvolutionExample.listed(index)
      for kernels in KernelSets.all where algorithm.obstacle(to: example.problem, on: kernels) == nil {
        let bytes = algorithm.pack(example.weights, for: example.problem, kernels: kernels).count * 4
        let said = algorithm.weightBytes(example.problem, lanes: kernels.lanes)
        #expect(bytes <= said, "\(algorithm.name) on \(kernels.name): \(example.listed)")
      }
    }
  }
}

/// One algorithm on one example: in every cut, and in every way to share it out.
struct AlgorithmCheck {
  private let algorithm: any ConvolutionAlgorithm
  private let tolerance: Double
  private let context: String

  /// - Parameters:
  ///   - tolerance: relative to the largest value of a result.
  ///   - context: what a failure begins with.
  init(_ algorithm: any ConvolutionAlgorithm, tolerance: Double, context: String = "") {
    self.algorithm = algorithm
    self.tolerance = tolerance
    self.context = context
  }

  /// The largest error that is within the tolerance; a larger one fails the test, and ends this check.
  ///
  /// - Parameter report: told what runs next, so that it can be read when the process has ended.
  func run(
    _ example: ConvolutionExample, on kernels: KernelSet, memory: MemorySource = .plain,
    report: (String) -> Void = { _ in }
  ) -> Double {
    let (problem, threads) = (example.problem, example.listed.threads)
    let run = AlgorithmRun(example, kernels: kernels, pool: KernelSets.pool(threads: threads), memory: memory)
    let packed = algorithm.pack(example.weights, for: problem, kernels: kernels)
    var largestError = 0.0
    for cut in algorithm.cuts(of: problem, threadCount: threads) {
      let step = algorithm.step(problem, packed: packed, cut: cut, kernels: kernels, threadCount: threads)
      for sharing in Sharing.allCases where sharing == .together || problem.maximumBatch > 1 || threads > 1 {
        let label =
          "\(context)\(AlgorithmCandidate(algorithm, cut)) on \(kernels.name), \(sharing.rawValue): \(example.listed)"
        report(label)
        // The sum of a residual block lies in its residual's place, or beside it.
        let output = run.output(of: step, sharing, inPlace: sharing != .apart)
        #expect(output.isContained, "\(label): wrote beside its memory")
        let comparison = output.compare(example, tolerance: tolerance)
        if let place = comparison.firstWrong {
          Issue.record("\(label): \(place)")
          return largestError
        }
        largestError = max(largestError, comparison.error)
      }
    }
    return largestError
  }
}
