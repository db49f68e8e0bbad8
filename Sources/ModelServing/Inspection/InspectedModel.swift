import ImageInput
import InferenceRuntime
import NetworkGraph

/// A model that explanations look into: its network, its weights, and the way from an image to its input.
public struct InspectedModel: Sendable {
  /// The name of the model.
  public let name: String
  /// The version of the model; a whole number if the model lies in a repository.
  public let version: String
  /// The network as it was defined, before the compiler's passes.
  public let network: Network
  /// One label for each class, in the order of the network's outputs.
  public let labels: [ClassLabel]
  /// The model's own preprocessing, without the crop that a request may ask for.
  public let preprocessing: Preprocessing
  private let weightSource: WeightSource
  private let preparation: ImagePreparation

  /// A model that is served. Its weights are read again from their file, or taken from memory, when they are needed.
  public init(_ model: ServedModel) {
    self.init(
      name: model.name, version: model.version, network: model.network, labels: model.labels,
      preprocessing: model.preprocessing, weightSource: model.weightSource, preparation: model.preparation)
  }

  /// A version of a repository that is not served.
  ///
  /// - Parameters:
  ///   - package: the version, with its weights.
  ///   - configuration: the limits for images.
  ///   - decodePool: the threads that decode images.
  public init(_ package: ModelPackage, configuration: ServingConfiguration, decodePool: DecodePool) {
    let contents = package.contents
    self.init(
      name: package.name, version: String(package.version), network: contents.network, labels: contents.labels,
      preprocessing: contents.preprocessing, weightSource: package.weightSource,
      preparation: ImagePreparation(configuration, decodePool: decodePool))
  }

  /// A model in memory, without a repository.
  ///
  /// - Parameters:
  ///   - contents: network, weights, labels and preprocessing.
  ///   - name: the name of the model in answers.
  ///   - version: the version of the model in answers.
  ///   - configuration: the limits for images.
  ///   - decodePool: the threads that decode images.
  public init(
    _ contents: ModelContents, name: String, version: String = "1",
    configuration: ServingConfiguration = ServingConfiguration(), decodePool: DecodePool
  ) {
    self.init(
      name: name, version: version, network: contents.network, labels: contents.labels,
      preprocessing: contents.preprocessing, weightSource: .held(contents.weights),
      preparation: ImagePreparation(configuration, decodePool: decodePool))
  }

  private init(
    name: String, version: String, network: Network, labels: [ClassLabel], preprocessing: Preprocessing,
    weightSource: WeightSource, preparation: ImagePreparation
  ) {
    (self.name, self.version, self.network, self.labels) = (name, version, network, labels)
    (self.preprocessing, self.weightSource, self.preparation) = (preprocessing, weightSource, preparation)
  }

  /// The tensors of the network, read again from their file or taken from memory.
  ///
  /// - Throws: `WeightsChanged`, `UnreadableFile`, `ShapeError`.
  package func weights() throws -> Weights { try network.tensors(of: weightSource.weights()) }

  /// The picture as the network sees it.
  ///
  /// - Throws: `UndecodableImage`, `TooManyPixels`, `CancellationError`.
  package func prepare(_ image: EncodedImage, _ preprocessing: Preprocessing) async throws -> PreparedImage {
    try await preparation.prepare([image], preprocessing)[0]
  }

  /// The upright image itself, within the same limits. It has its own size, or a reduced size that is at least the
  /// needed one.
  ///
  /// - Throws: `UndecodableImage`, `TooManyPixels`, `CancellationError`.
  package func picture(
    _ image: EncodedImage, needed: @escaping @Sendable (PixelSize) -> PixelSize
  ) async throws -> PixelImage {
    try await preparation.picture(image, needed: needed)
  }
}
