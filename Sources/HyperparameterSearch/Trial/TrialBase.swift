import Adaptation
import Jobs
import ModelServing
import NetworkGraph
import Training

/// The model whose weights a trial starts from.
struct TrialBase {
  let name: String
  let contents: ModelContents
  let architecture: String

  /// - Throws: `ModelRepositoryError`, or what is wrong with the model.
  init(_ name: String, in repository: ModelRepository) throws {
    let package = try repository.package(named: name)
    (self.name, contents, architecture) = (name, package.contents, package.manifest.architecture)
  }

  /// The base's network, with an output for each class of the data.
  ///
  /// - Throws: `UnacceptableSetting` where the settings want another network; `FineTuningError.noLinearHead`.
  func network(_ values: SettingValues, classes: [ClassLabel]) throws -> Network {
    if let wanted = values["architecture"]?.string, wanted != architecture {
      throw UnacceptableSetting("settings.architecture", "is \(wanted), but \(name) is a \(architecture)")
    }
    for path in ["input", "preprocessing"] where values[path] != nil {
      throw UnacceptableSetting(
        "settings.\(path)", "is given, but a trial that starts from a model takes the model's own")
    }
    return keepsHead(classes) ? contents.network : try contents.network.replacingHead(classes: classes.count)
  }

  /// The base's weights; the head is drawn anew where the classes are others.
  func weights(for network: Network, _ settings: TrainingSettings, classes: [ClassLabel]) throws -> Weights {
    guard !keepsHead(classes) else { return contents.weights }
    let head = try network.headTensors
    let drawn = try settings.initialization.weights(for: network, seed: settings.seed)
    return contents.weights.merging(drawn.filter { head.contains($0.key) }) { $1 }
  }

  private func keepsHead(_ classes: [ClassLabel]) -> Bool { contents.labels.map(\.name) == classes.map(\.name) }
}
