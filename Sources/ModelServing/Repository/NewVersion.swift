import Foundation
import NetworkGraph
import WeightFormats

/// The files of a version before it is in a repository.
public struct NewVersion: Sendable {
  public var manifest: ModelManifest
  /// One a class, in the order of the network's outputs.
  public var labels: [ClassLabel]
  public var weights: Weights
  /// What else lies beside the weights, by file name, such as a licence's text.
  public var attachments: [String: Data]
  /// Attachments that name the version by its number; asked once for each number that is tried.
  public var numberedAttachments: @Sendable (Int) throws -> [String: Data] = { _ in [:] }

  public init(manifest: ModelManifest, labels: [ClassLabel], weights: Weights, attachments: [String: Data] = [:]) {
    self.manifest = manifest
    self.labels = labels
    self.weights = weights
    self.attachments = attachments
  }

  fileprivate func write(to directory: URL) throws {
    try SafetensorsWriter.write(
      weights, metadata: ["architecture": manifest.architecture],
      to: directory.appendingPathComponent(ModelRepository.weightsFileName).path)
    try manifest.write(directory: directory)
    try Data(LabelFile.format(labels).utf8).write(to: directory.appendingPathComponent(LabelFile.fileName))
    try Self.write(attachments, to: directory)
  }

  fileprivate static func write(_ attachments: [String: Data], to directory: URL) throws {
    for (name, data) in attachments.sorted(by: { $0.key < $1.key }) {
      try data.write(to: directory.appendingPathComponent(name))
    }
  }
}

extension ModelRepository {
  /// Adds a version to a model, which is made where it is not there; a version appears whole, or not at all.
  ///
  /// - Parameters:
  ///   - replacesNewest: takes the place of the newest version instead of coming after it.
  ///   - check: asked last, when no other program adds to the repository; what it throws leaves the model as it was.
  /// - Returns: the number that it has got.
  /// - Throws: `ModelRepositoryError`; `UnwritableFile`; what `check` throws.
  public func add(
    _ version: NewVersion, to name: String, replacesNewest: Bool = false, requiring check: () throws -> Void = {}
  ) throws -> Int {
    let folder = try modelDirectory(name)
    var staged: StagedVersion?
    do {
      let place = try StagedVersion(of: folder)
      staged = place
      try version.write(to: place.directory)
      return try PublishingLock.holding(directory) {
        try place.publish(replacingNewest: replacesNewest) { number in
          try NewVersion.write(version.numberedAttachments(number), to: place.directory)
          try check()
        }
      }
    } catch {
      staged?.discard()
      switch error {
      case is UnwritableFile, is UnreadableFile, is ModelRepositoryError, is TrainedModelError: throw error
      default: throw UnwritableFile(path: folder.path, reason: describe(error))
      }
    }
  }

  /// Where a version of a model lies.
  ///
  /// - Throws: `ModelRepositoryError` for a name that no model can have.
  public func versionDirectory(_ name: String, _ version: Int) throws(ModelRepositoryError) -> URL {
    try modelDirectory(name).appendingPathComponent(String(version), isDirectory: true)
  }
}
