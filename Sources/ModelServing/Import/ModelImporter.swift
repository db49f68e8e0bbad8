import Architectures
import Foundation
import ImageInput
import InferenceRuntime
import NetworkGraph
import WeightFormats

/// What to import and how to describe it.
public struct ImportRequest: Sendable {
  public var file: URL
  public var architecture: String
  /// The architecture's name where not given.
  public var modelName: String?
  /// A file of labels, one a line; known label sets where not given.
  public var labels: URL?
  /// A JSON file with preprocessing as in `model.json`; the architecture's own where not given.
  public var preprocessing: URL?
  public var source: String?
  public var licence: String?
  /// A licence text to keep beside the weights.
  public var licenceFile: URL?
  /// Replaces the newest version of a model that exists already, instead of making the next one.
  public var replacesNewest: Bool

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

/// What an import made.
public struct ImportReport: Hashable, Sendable {
  public let model: String
  public let version: Int
  public let directory: URL
  public let tensorCount: Int
  public let parameterCount: Int
  public let numClasses: Int
  /// Tensors of the file that serve training only and were left out.
  public let ignored: [String]
}

/// Turns a weight file into a model of the repository: safetensors, `model.json`, labels, licence.
public struct ModelImporter: Sendable {
  let repository: ModelRepository

  public init(repository: ModelRepository) {
    self.repository = repository
  }

  /// Reads, checks and writes; a version appears whole under `NAME/VERSION/`, or not at all.
  ///
  /// - Throws: `UnknownArchitecture`, `UnreadableFile`, `WeightMismatch` with every misfit by name,
  ///   `ModelRepositoryError`, `PreprocessingError`, `UnwritableFile`.
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
