import KernelTemplates
import NetworkGraph

/// An algorithm with everything that a step leaves open: one way to compute a convolution.
struct AlgorithmCandidate: Sendable {
  let algorithm: any ConvolutionAlgorithm
  let cut: TaskCut

  init(_ algorithm: any ConvolutionAlgorithm, _ cut: TaskCut = .fixed) {
    self.algorithm = algorithm
    self.cut = cut
  }

  func step(
    _ problem: ConvolutionProblem, weights: WeightTensor, kernels: KernelSet, threadCount: Int
  ) -> any ExecutionStep {
    algorithm.step(
      problem, packed: algorithm.pack(weights, for: problem, kernels: kernels), cut: cut, kernels: kernels,
      threadCount: threadCount)
  }
}

extension AlgorithmCandidate: Hashable {
  static func == (a: AlgorithmCandidate, b: AlgorithmCandidate) -> Bool {
    a.algorithm.name == b.algorithm.name && a.cut == b.cut
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(algorithm.name)
    hasher.combine(cut)
  }
}

/// As it stands in a cache file: `direct`, or for example `winograd-f4 28 1`.
extension AlgorithmCandidate: LosslessStringConvertible {
  var description: String {
    switch cut {
    case .fixed: algorithm.name
    case .stages: "\(algorithm.name) stages"
    case .tiles(let perTask, let channelParts): "\(algorithm.name) \(perTask) \(channelParts)"
    }
  }

  init?(_ description: String) {
    let words = description.split(separator: " ").map(String.init)
    guard let algorithm = words.first.flatMap(ConvolutionAlgorithms.named) else { return nil }
    self.algorithm = algorithm
    let numbers = words.dropFirst().compactMap { Int($0) }
    switch (words.count, numbers.count) {
    case (1, 0): cut = .fixed
    case (2, 0) where words[1] == "stages": cut = .stages
    case (3, 2) where (1...4096).contains(numbers[0]) && (1...256).contains(numbers[1]):
      cut = .tiles(perTask: numbers[0], channelParts: numbers[1])
    default: return nil
    }
  }
}
