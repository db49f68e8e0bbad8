import Foundation
import ModelServing

/// A version of a model that training has made.
public struct TrainedVersion: Hashable, Sendable {
  public let name: String
  public let version: Int
  public let directory: URL
}

extension Trainer {
  /// Adds what a run ended with to the repository, and then takes the run's checkpoint away.
  ///
  /// Where the program was ended between these two, the version is there already, and is found by the run's mark.
  ///
  /// - Parameters:
  ///   - source: where the weights come from, in words; by default, which data they were trained with.
  ///   - licence: of the weights, an SPDX identifier where there is one.
  /// - Throws: `TrainedModelError`, `ModelRepositoryError`, `UnwritableFile`; the checkpoint then stays.
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
