import Foundation
import ModelServing
import NetworkGraph

/// Puts versions that adapting made into a repository, each of a run once.
struct AdaptedModel {
  let name: String
  let repository: ModelRepository
  let base: ModelPackage
  /// Whether a version may come beside those of a model that others made, or that knows other classes.
  let addsToAnyName: Bool

  /// - Parameters:
  ///   - contents: the network with its new last layer.
  ///   - record: how it was made.
  ///   - report: how good it is.
  /// - Returns: the version's number; where a run that was ended by force had published it already, that one.
  /// - Throws: `TrainedModelError`, `ModelRepositoryError`, `UnreadableFile`, `UnwritableFile`.
  func publish(_ contents: ModelContents, _ record: AdaptationRecord, _ report: ReportFiles) throws -> Int {
    if let known = version(of: record) { return known }
    let manifest = ModelManifest(
      architecture: base.manifest.architecture, numClasses: contents.labels.count,
      inputShape: base.manifest.inputShape, preprocessing: base.manifest.preprocessing, source: record.source,
      licence: base.manifest.licence)
    var version = try NewVersion(
      manifest: manifest, labels: contents.labels, weights: contents.network.tensors(of: contents.weights),
      attachments: [TrainedModel.adaptationFileName: Self.json(record)])
    version.numberedAttachments = { try report.contents($0) }
    // Again, as somebody may have taken the name while the photos were looked at.
    return try repository.add(version, to: name) {
      if addsToAnyName { return }
      try TrainedModel.requireName(name, in: repository, classes: contents.labels.map(\.name))
    }
  }

  /// The version that the same run has published of the same photos.
  private func version(of record: AdaptationRecord) -> Int? {
    let versions = (try? repository.versions(of: name)) ?? []
    return versions.last { version in
      guard let directory = try? repository.versionDirectory(name, version),
        let data = try? Data(contentsOf: directory.appendingPathComponent(TrainedModel.adaptationFileName)),
        let known = try? JSONDecoder().decode(AdaptationRecord.self, from: data)
      else { return false }
      return known == record
    }
  }

  static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}
