import KernelTemplates
import NetworkGraph

/// A convolution that can be computed in several ways.
struct SelectableConvolution {
  /// Name of the layer.
  let layer: String
  let problem: ConvolutionProblem
  let weights: WeightTensor
}

/// What each way to compute a convolution costs: the cost model of `chooseAlgorithms`.
protocol AlgorithmCosts {
  /// The ways in which a convolution can be computed, one at least.
  ///
  /// - Throws: `AlgorithmError` where a way is asked for that there is not.
  func options(for convolution: SelectableConvolution) throws(AlgorithmError) -> [AlgorithmOption]
}

/// One way to compute a layer, with its cost.
struct AlgorithmOption {
  let candidate: AlgorithmCandidate
  /// Time for one sample, in nanoseconds or in another unit that is the same for all options of a layer.
  let time: Double
  let weightBytes: Int
  /// How often the weights are read in this time. If a batch reads them once, a sample counts for its share of that
  /// read.
  var weightReads = 1.0

  /// The time and an addition for the weights: they were timed alone, but in a run other steps use the memory too.
  var cost: Double { time + Self.timePerWeightByte * weightReads * Double(weightBytes) }

  /// As much as a read at 200 GB/s, in nanoseconds.
  private static let timePerWeightByte = 0.005
}

/// A convolution algorithm that was asked for by name and cannot be used.
public enum AlgorithmError: Error, Hashable, Sendable {
  /// No algorithm has this name. `known` lists the accepted names.
  case unknown(algorithm: String, known: [String])
  /// The algorithm that `AlgorithmSelection.fixed` names cannot compute a layer. `reason` says why, and `able` lists
  /// the algorithms that can compute the layer.
  case inapplicable(algorithm: String, layer: String, reason: String, able: [String])
  /// An algorithm was named together with the reference engine, which computes all convolutions in one way.
  case noChoice(algorithm: String, engine: String)
  /// The algorithm that `AlgorithmSelection.preferred` names computes no convolution of the network. `reason` says
  /// why it cannot compute the first convolution; it is `nil` if the network has no convolution on maps in blocks.
  case appliesNowhere(algorithm: String, network: String, reason: String?)
}

extension AlgorithmError: CustomStringConvertible {
  /// The problem in a sentence, with the accepted algorithms.
  public var description: String {
    switch self {
    case .unknown(let algorithm, let known):
      "no algorithm for convolutions is named \"\(algorithm)\"; there are \(known.joined(separator: ", "))"
    case .inapplicable(let algorithm, let layer, let reason, let able):
      "the algorithm \(algorithm) cannot compute layer \(layer): \(reason); "
        + "the layer can be computed by \(able.joined(separator: ", "))"
    case .noChoice(let algorithm, let engine):
      "the algorithm \(algorithm) cannot be asked for: the engine \(engine) computes all convolutions in one way"
    case .appliesNowhere(let algorithm, let network, let reason):
      "the algorithm \(algorithm) can compute none of the convolutions of \(network)"
        + (reason.map { "; of the first: \($0)" } ?? "")
    }
  }
}
