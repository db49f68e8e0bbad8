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
    arguments: RandomProblem.kinds, Fence.allCases)
  func randomLayers(kind: String, fence: Fence) async throws {
    let folder = try TemporaryFolder()
    let log = folder.url.appendingPathComponent("problem").path
    let result = await #expect(processExitsWith: .success) {
      [kind = kind as String, fence = fence as Fence, log = log as String] in
      try Self.checkRandomLayers(kind, fence, log: log)
    }
    Self.explain(result, log)
  }

  @Test("every way to cut a convolution into tasks", arguments: Fence.allCases)
  func candidates(fence: Fence) async throws {
    let folder = try TemporaryFolder()
    let log = folder.url.appendingPathComponent("problem").path
    let result = await #expect(processExitsWith: .success) { [fence = fence as Fence, log = log as String] in
      try Self.checkCandidates(fence, log: log)
    }
    Self.explain(result, log)
  }

  private static func checkRandomLayers(_ kind: String, _ fence: Fence, log: String) throws {
    try OpenBLASCheck.verify()
    LargeMemory.fenceIn(fence)
    var checked = 0
    for seed in 0..<UInt64(24) {
      for problem in [try RandomProblem.single(kind, seed: seed), try RandomProblem.embedded(kind, seed: seed)] {
        guard let problem else { continue }
        let fenced = FencedProblem(
          network: problem.network, fence: fence, batch: Int(seed % 3) + 1, threads: Int(seed % 4) + 1)
        // Every algorithm is another plan only where there are convolutions.
        let algorithms = kind.hasPrefix("convolution") ? ConvolutionAlgorithm.allCases : [.direct]
        try fenced.check(algorithms.map(AlgorithmSelection.fixed)) { write("seed \(seed), \($0)", log) }
        checked += 1
      }
    }
    #expect(checked >= 12, "only \(checked) of 48 draws of \(kind) were possible shapes")
  }

  /// Maps of sizes at which the selector has other candidates, each computed by each of them.
  private static func checkCandidates(_ fence: Fence, log: String) throws {
    LargeMemory.fenceIn(fence)
    for (index, size) in [7, 13, 23, 31].enumerated() {
      let count = index + 1
      var net = NetworkBuilder()
      let before = net.append("before", .convolution(Convolution(outputChannels: 67, kernel: 1)))
      net.append("layer", .convolution(Convolution(outputChannels: 67, kernel: 3, padding: 1)))
      net.append("sum", .add(Add()), inputs: ["layer", before])
      let network = try net.network(name: "candidates", inputShape: TensorShape([3, size, size + 2]))
      let fenced = FencedProblem(network: network, fence: fence, batch: count, threads: count)
      // Each shape has its entry once it has been measured; entries that are no candidates for it are passed over.
      let measured = AlgorithmCache()
      try fenced.check([.measured(measured)]) { write($0, log) }
      let choices =
        ["direct: 1", "direct-bf16x2: 1", "winograd-f2-bf16x2 64: 1"]
        + ["winograd-f6", "winograd-f4", "winograd-f2"].flatMap { algorithm in
          ["7 1", "28 1", "56 \(count)"].map { "\(algorithm) \($0): 1" }
        }
      let chosen = Set(choices).map { choice in
        AlgorithmSelection.measured(AlgorithmCache(entries: measured.entries.mapValues { _ in choice }))
      }
      try fenced.check(chosen) { write($0, log) }
    }
  }

  private static func write(_ problem: String, _ log: String) {
    try? problem.write(toFile: log, atomically: false, encoding: .utf8)
  }

  private static func explain(_ result: ExitTest.Result?, _ log: String) {
    guard result == nil else { return }
    Issue.record("it ended in \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "the first problem")")
  }
}
