import Foundation
import ModelServing

/// A version of a model that training has published.
public struct TrainedVersion: Hashable, Sendable {
  /// The name of the model.
  public let name: String
  /// The number of the version.
  public let version: Int
  /// The folder of the version, `NAME/VERSION/`.
  public let directory: URL
}

extension Trainer {
  /// Adds the result of a run to the repository, and then removes the run's checkpoint.
  ///
  /// If the program was killed between these two steps, the version exists already. It is then recognised by the
  /// run's identifier and not added again.
  ///
  /// - Parameters:
  ///   - trained: the result of the run.
  ///   - name: the name of the model.
  ///   - repository: the repository that gets the version.
  ///   - source: the origin of the weights in words. By default it names the data and the seed.
  ///   - licence: the licence of the weights, as an SPDX identifier if there is one. By default it is `unknown`.
  /// - Returns: the published version.
  /// - Throws: `TrainedModelError` if a model of this name was not made by training or adapting, or has other
  ///   classes. `ModelRepositoryError` if no model can have the name. `UnreadableFile` if the existing model's labels
  ///   cannot be read. `UnwritableFile` if the version cannot be written. The checkpoint stays in all these cases.
  public func publish(
    _ trained: TrainedNetwork, as name: String, in repository: ModelRepository, source: String? = nil,
    licence: String? = nil
  ) throws -> TrainedVersion {
    let version =
      try publishedVersion(of: trained, name, repository)
      ?? add(trained, name, repository, source: source, licence: licence)
    checkpoints?.remove()
    return TrainedVersion(
      name: name, version: version, directory: try repository.versionDirectory(name, version))
  }

  private func add(
    _ trained: TrainedNetwork, _ name: String, _ repository: ModelRepository, source: String?, licence: String?
  ) throws -> Int {
    let record = record(of: trained)
    let manifest = ModelManifest(
      architecture: settings.architecture, numClasses: data.classes.count, inputShape: settings.input,
      preprocessing: settings.preprocessing, source: source ?? self.source, licence: licence ?? "unknown")
    let curve = LearningCurve(title: name, record.curve)
    let version = NewVersion(
      manifest: manifest, labels: data.classes, weights: trained.weights,
      attachments: [
        TrainedModel.recordFileName: record.json, LearningCurve.fileName: Data(curve.svg.utf8),
      ])
    // Again, as hours may have gone by since the name was looked at.
    return try repository.add(version, to: name) {
      try TrainedModel.requireName(name, in: repository, classes: data.classes.map(\.name))
    }
  }

  private var source: String {
    "trained with convserve train on \(data.origin) (SHA-256 \(data.fingerprint.prefix(16))), seed \(settings.seed); "
      + "\(TrainedModel.recordFileName) says how"
  }

  private func publishedVersion(of trained: TrainedNetwork, _ name: String, _ repository: ModelRepository) -> Int? {
    guard let newest = try? repository.versions(of: name).last,
      let directory = try? repository.versionDirectory(name, newest),
      let data = try? Data(contentsOf: directory.appendingPathComponent(TrainedModel.recordFileName)),
      let record = try? JSONDecoder().decode(TrainingRecord.self, from: data), record.run == trained.run
    else { return nil }
    return newest
  }
}
