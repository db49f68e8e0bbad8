import Architectures
import Foundation
import ImageInput
import InferenceRuntime
import NetworkGraph
import WeightFormats

/// The choices of an import: the weight file, its architecture, and how the model is described.
public struct ImportRequest: Sendable {
  /// The weight file: safetensors, or a file of PyTorch in either of its formats.
  public var file: URL
  /// The name of the architecture, as `convserve architectures` lists it.
  public var architecture: String
  /// The name of the model in the repository. By default it is the name of the architecture.
  public var modelName: String?
  /// A file of class labels, one a line in the order of the outputs. By default the labels follow from the number of
  /// classes: the names of ImageNet-1k for 1,000 classes, the names of CIFAR-10 or the digits for 10, and otherwise
  /// `class 0`, `class 1` and so on.
  public var labels: URL?
  /// A JSON file with the preprocessing, in the form that `model.json` has. By default it is the preprocessing of the
  /// architecture's published weights, or else a usual one for the input shape.
  public var preprocessing: URL?
  /// The origin of the weights in words. By default it is the name of the file.
  public var source: String?
  /// The licence of the weights, as an SPDX identifier if there is one. By default it is `unknown`.
  public var licence: String?
  /// A file with the licence's text, which is copied to `LICENSE` beside the weights.
  public var licenceFile: URL?
  /// Whether the import replaces the newest version of an existing model, instead of adding the next version.
  public var replacesNewest: Bool

  /// A request with the defaults of `convserve import` for everything but the file and the architecture.
  public init(
    file: URL, architecture: String, modelName: String? = nil, labels: URL? = nil, preprocessing: URL? = nil,
    source: String? = nil, licence: String? = nil, licenceFile: URL? = nil, replacesNewest: Bool = false
  ) {
    self.file = file
    self.architecture = architecture
    self.modelName = modelName
    self.labels = labels
    self.preprocessing = preprocessing
    self.source = source
    self.licence = licence
    self.licenceFile = licenceFile
    self.replacesNewest = replacesNewest
  }
}

/// The result of an import.
public struct ImportReport: Hashable, Sendable {
  /// The name of the model in the repository.
  public let model: String
  /// The number of the version that was added or replaced.
  public let version: Int
  /// The folder of the version, `NAME/VERSION/`.
  public let directory: URL
  /// The number of tensors that were imported.
  public let tensorCount: Int
  /// The number of learned values. Running statistics of batch normalisation do not count.
  public let parameterCount: Int
  /// The number of classes, which is the number of outputs of the last layer.
  public let numClasses: Int
  /// The names of tensors of the file that serve training only and were left out, sorted.
  public let ignored: [String]
}

/// Turns a weight file into a model of the repository: `weights.safetensors`, `model.json`, `labels.txt` and the
/// licence.
public struct ModelImporter: Sendable {
  let repository: ModelRepository

  /// An importer that adds models to a repository.
  public init(repository: ModelRepository) {
    self.repository = repository
  }

  /// Reads the weight file, checks it against the architecture, and writes the version.
  ///
  /// The number of classes follows from the file's last layer. The version appears whole under `NAME/VERSION/`, or
  /// not at all.
  ///
  /// - Throws: `UnknownArchitecture` if no architecture has the name. `UnreadableFile` for a file that cannot be
  ///   opened or decoded. `WeightMismatch` with the name of every tensor that does not fit. `ModelRepositoryError`
  ///   for a name that no model can have, for a wrong number of labels, and for weights that are infinite or not a
  ///   number. `PreprocessingError` if no preprocessing suits the input. `UnwritableFile` if the version cannot be
  ///   written.
  public func run(_ request: ImportRequest) throws -> ImportReport {
    let architecture = try Architecture.named(request.architecture)
    let name = request.modelName ?? architecture.name
    // Before anything is read: a name that no model can have.
    _ = try repository.modelDirectory(name)
    let (weights, ignored) = try Self.weights(of: request.file, architecture)
    let network = try Self.network(architecture, fitting: weights)
    try network.validate(weights)
    try Self.requireFinite(weights, path: request.file.path)
    let manifest = try Self.manifest(request, architecture, network)
    let labels = try Self.labels(request, manifest)
    let licence = try request.licenceFile.map { ["LICENSE": try Data(readingFrom: $0)] } ?? [:]
    let version = try repository.add(
      NewVersion(manifest: manifest, labels: labels, weights: weights, attachments: licence), to: name,
      replacesNewest: request.replacesNewest)
    return ImportReport(
      model: name, version: version, directory: try repository.versionDirectory(name, version),
      tensorCount: weights.count,
      parameterCount: try network.parameters().filter { $0.role.kind != .statistic }.reduce(0) { $0 + $1.count },
      numClasses: manifest.numClasses, ignored: ignored)
  }

  /// The file's tensors without those that serve training only.
  private static func weights(
    of file: URL, _ architecture: Architecture
  ) throws -> (weights: Weights, ignored: [String]) {
    let stored = try readable(file) { try WeightFile.open(path: file.path).tensors }
    let tensors = stored.reduce(into: Weights()) { tensors, tensor in
      let current = architecture.currentTensorName(tensor.key)
      // A file that has the tensor under its current name too keeps the old one, which is then named as surplus.
      tensors[stored[current] == nil ? current : tensor.key] = tensor.value
    }
    let ignored = tensors.keys.filter { name in
      architecture.ignoredWeightPrefixes.contains(where: name.hasPrefix) || name.hasSuffix(".num_batches_tracked")
    }
    return (tensors.filter { !ignored.contains($0.key) }, ignored.sorted())
  }

  /// The architecture with as many classes as the file's last layer has outputs.
  private static func network(_ architecture: Architecture, fitting weights: Weights) throws -> Network {
    let network = try architecture.network()
    guard
      let last = try network.parameters().last(where: { $0.role == .weight }),
      let outputs = weights[last.name]?.shape.first, outputs != architecture.defaultClasses
    else { return network }
    return try architecture.network(numClasses: outputs)
  }

  /// A file with values that are no numbers would classify everything alike.
  private static func requireFinite(_ weights: Weights, path: String) throws(ModelRepositoryError) {
    for (name, tensor) in weights.sorted(by: { $0.key < $1.key }) {
      let isFinite = tensor.withUnsafeValues { values in values.allSatisfy(\.isFinite) }
      guard isFinite else {
        throw .invalid(path: path, reason: "the tensor \(name) holds values that are infinite or not a number")
      }
    }
  }

  private static func manifest(
    _ request: ImportRequest, _ architecture: Architecture, _ network: Network
  ) throws -> ModelManifest {
    let inputShape = network.inputShape.dimensions
    let output = try network.inferShapes().output
    let preprocessing =
      if let file = request.preprocessing {
        try ImportDefaults.preprocessing(file: file)
      } else {
        try ImportDefaults.preprocessing(for: architecture)
      }
    return ModelManifest(
      architecture: architecture.name, numClasses: output.elementsPerSample, inputShape: inputShape,
      preprocessing: preprocessing, source: request.source ?? "imported from \(request.file.lastPathComponent)",
      licence: request.licence ?? "unknown")
  }

  private static func labels(_ request: ImportRequest, _ manifest: ModelManifest) throws -> [ClassLabel] {
    guard let file = request.labels else {
      return ImportDefaults.labels(numClasses: manifest.numClasses, inputShape: manifest.inputShape)
    }
    let labels = try LabelFile.read(file)
    guard labels.count == manifest.numClasses else {
      throw ModelRepositoryError.invalid(
        path: file.path, reason: "holds \(labels.count) labels, but the network has \(manifest.numClasses) classes")
    }
    return labels
  }
}
