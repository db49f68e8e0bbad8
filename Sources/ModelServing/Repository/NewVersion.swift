import Foundation
import NetworkGraph
import WeightFormats

/// The files of a version before `ModelRepository.add` writes them.
public struct NewVersion: Sendable {
  /// The contents of `model.json`.
  public var manifest: ModelManifest
  /// One label for each class, in the order of the network's outputs.
  public var labels: [ClassLabel]
  /// The tensors of the network by name, for `weights.safetensors`.
  public var weights: Weights
  /// Further files of the version by file name, for example the text of a licence.
  public var attachments: [String: Data]
  /// Makes further files that contain the number of the version, by file name. It is called once for each number that
  /// is tried, because another process may take a number first.
  public var numberedAttachments: @Sendable (Int) throws -> [String: Data] = { _ in [:] }

  /// A version of the given files.
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
  /// Adds a version to a model. The model's folder is made if it does not exist. The version appears whole, or not at
  /// all.
  ///
  /// - Parameters:
  ///   - version: the files to write.
  ///   - name: the name of the model.
  ///   - replacesNewest: whether the version takes the place and number of the newest one, instead of the next
  ///     number.
  ///   - check: a last question before the version appears, when no other program adds to the repository. An error
  ///     that it throws leaves the model as it was.
  /// - Returns: the number of the version.
  /// - Throws: `ModelRepositoryError.unacceptableName` if no model can have the name. `.contended` if other processes
  ///   keep taking the number. `UnwritableFile` if a file cannot be written; nothing is left behind then. Errors of
  ///   `check`.
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

  /// The folder of a version, whether or not it exists.
  ///
  /// - Throws: `ModelRepositoryError.unacceptableName` if no model can have the name.
  public func versionDirectory(_ name: String, _ version: Int) throws(ModelRepositoryError) -> URL {
    try modelDirectory(name).appendingPathComponent(String(version), isDirectory: true)
  }
}
