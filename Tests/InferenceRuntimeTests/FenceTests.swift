import Foundation
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

/// Kernels compute on bare pointers, unchecked. Here all their memory lies next to pages that nobody may touch, each
/// test in a process of its own, which ends with a signal where a kernel leaves its memory.
@Suite("No kernel leaves its memory")
struct FenceTests {
  @Test("a float before or behind its memory ends the process", arguments: Fence.allCases)
  func fencesHold(fence: Fence) async {
    await #expect(processExitsWith: .signal(SIGSEGV)) { [fence = fence as Fence] in
      LargeMemory.fenceIn(fence)
      let tensor = Tensor(shape: [3, 5, 7]) { _ in }
      print(fence == .before ? (tensor.pointer - 1).pointee : (tensor.pointer + tensor.count).pointee)
    }
  }

  @Test(
    "random layers of every kind, alone and among others, on every instruction set",
    arguments: RandomLayer.allCases, Fence.allCases)
  func randomLayers(kind: RandomLayer, fence: Fence) async throws {
    let log = try ProblemLog()
    let result = await #expect(processExitsWith: .success) {
      [kind = kind as RandomLayer, fence = fence as Fence, log = log.path as String] in
      try Self.checkRandomLayers(kind, fence, log: log)
    }
    log.explain(result)
  }

  @Test(
    "every algorithm, on every instruction set, in every way to cut its work",
    arguments: AlgorithmExpectation.all.map(\.name), Fence.allCases)
  func algorithms(name: String, fence: Fence) async throws {
    let log = try ProblemLog()
    let result = await #expect(processExitsWith: .success) {
      [name = name as String, fence = fence as Fence, log = log.path as String] in
      try Self.checkAlgorithm(name, fence, log: log)
    }
    log.explain(result)
  }

  private static func checkRandomLayers(_ kind: RandomLayer, _ fence: Fence, log: String) throws {
    try OpenBLASCheck.verify()
    LargeMemory.fenceIn(fence)
    var checked = 0
    let seeds = UInt64(TestEffort.count(usual: 6, thorough: 48))
    for seed in 0..<seeds {
      for problem in [try RandomProblem.single(kind, seed: seed), try RandomProblem.embedded(kind, seed: seed)] {
        guard let problem else { continue }
        let fenced = FencedProblem(
          network: problem.network, fence: fence, batch: Int(seed % 3) + 1, threads: Int(seed % 4) + 1)
        try fenced.check { ProblemLog.write("seed \(seed), \($0)", log) }
        checked += 1
      }
    }
    #expect(checked >= seeds / 2, "only \(checked) of \(2 * seeds) draws of \(kind) were possible shapes")
  }

  /// Convolutions of the list, those for several threads and those on the edges of several blocks among them.
  private static func checkAlgorithm(_ name: String, _ fence: Fence, log: String) throws {
    LargeMemory.fenceIn(fence)
    let expectation = try #require(AlgorithmExpectation.all.first { $0.name == name })
    let algorithm = try #require(ConvolutionAlgorithms.named(name))
    let check = AlgorithmCheck(algorithm, tolerance: expectation.tolerance)
    for kernels in KernelSets.all {
      let able = try ConvolutionProblems.all.indices.filter { index in
        let problem = try ConvolutionProblems.all[index].problem()
        return algorithm.obstacle(to: problem, on: kernels) == nil
      }
      for index in TestEffort.cases(usual: able.spread(over: 12), thorough: able) {
        let example = try ConvolutionExample.listed(index).fenced(fence)
        _ = check.run(example, on: kernels, memory: .fenced(fence)) { ProblemLog.write("\($0), fence \(fence)", log) }
      }
    }
  }
}

/// Where a process that may end at any moment writes what it is about to run.
private struct ProblemLog {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  var path: String { folder.url.appendingPathComponent("problem").path }

  static func write(_ problem: String, _ path: String) {
    try? problem.write(toFile: path, atomically: false, encoding: .utf8)
  }

  /// Says in what the process has ended, unless it has ended as it should.
  func explain(_ result: ExitTest.Result?) {
    guard result == nil else { return }
    Issue.record("it ended in \((try? String(contentsOfFile: path, encoding: .utf8)) ?? "the first problem")")
  }
}

extension [Int] {
  /// At most `count` of them, from the first to the last.
  fileprivate func spread(over count: Int) -> [Int] {
    count >= self.count ? self : (0..<count).map { self[$0 * (self.count - 1) / (count - 1)] }
  }
}
