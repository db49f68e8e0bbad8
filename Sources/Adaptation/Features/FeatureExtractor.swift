import ImageInput
public import InferenceRuntime
public import ModelServing
import NetworkGraph
import Training

/// Computes what the last layer of a pretrained network takes: a vector an image.
///
/// The network before that layer runs as it would when serving, batch normalisation folded, so that the head that is fitted to
/// these features meets the same ones in the published model.
///
/// Not `Sendable`: an extractor belongs to whoever runs it.
public final class FeatureExtractor {
  /// The layer that gives the features.
  public let layer: String
  private let runner: BatchRunner

  /// - Throws: `AdaptationError.unsuitableBase`; `WeightMismatch` or `ShapeError` where weights and network do not fit.
  public init(_ base: ModelContents, name: String, kernels: ProcessorKernels = .best, pool: WorkerPool) throws {
    guard let body = base.network.replaceableHead?.body else {
      throw AdaptationError.unsuitableBase(name: name, network: base.network.name)
    }
    layer = body.outputName
    runner = try BatchRunner(body, weights: base.weights, base.preprocessing, kernels: kernels, pool: pool)
  }

  /// Length of a vector.
  public var dimensions: Int { runner.dimensions }

  var preprocessing: Preprocessing { runner.preprocessing }

  /// Features of some images of a data set, in the order given.
  ///
  /// - Throws: `ImageError`, `UnreadableFile`.
  public func features(of images: [Int], in dataSet: any DataSet) throws -> FeatureMatrix {
    try runner.outputs(of: images, in: dataSet)
  }
}
