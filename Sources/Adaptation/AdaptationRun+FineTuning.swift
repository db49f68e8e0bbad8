import Foundation
import InferenceRuntime
import ModelServing
import NetworkGraph

extension AdaptationRun {
  /// Trains upper layers, where there are images to tell whether that helps, and publishes them if it does.
  ///
  /// The head that is compared with was fitted to the training images alone, as the validation images decide.
  mutating func fineTune() throws {
    guard let choice, choice.evaluation == .testSet, !choice.split.validation.isEmpty else {
      return try tell(.log("not fine-tuned: there are too few images to tell whether that would help"))
    }
    try progress(.fineTune, 0)
    let recipe = self.recipe!
    let own = data.choosing(choice.split.training)
    let head = own.heads([recipe.selection.chosen.kind])[0].divided(by: recipe.temperature)
    let tuner = FineTuner(
      try contents(head),
      images: FineTuningImages(
        photos.dataSet, labels: labels, training: choice.split.training, validation: choice.split.validation,
        fingerprint: fingerprint),
      seed: adapter.settings.seed, workFolder: adapter.workFolder.appendingPathComponent("fine-tuning"),
      build: adapter.build, kernels: adapter.kernels, pool: adapter.pool)
    let network = try tuned(tuner)
    try tell(.log(network.reason))
    let temperature = Temperature.fit(network.logits, labels: choice.split.validation.map { labels[$0] })
    fineTuned = (network, temperature)
    guard network.isAccepted else { return }
    try publishFineTuned(network, temperature, images: choice.split.training.count)
  }

  private mutating func tuned(_ tuner: FineTuner) throws -> FineTunedNetwork {
    do {
      return try tuner.run(isStopping: isStopping) { event in
        switch event {
        case .progress(let fraction, let secondsLeft): try progress(.fineTune, fraction, secondsLeft: secondsLeft)
        case .epoch(let epoch): try tell(.epoch(epoch))
        case .log(let line): try tell(.log(line))
        }
      }
    } catch FineTuningError.stopped {
      throw AdaptationError.stopped
    }
  }

  private mutating func publishFineTuned(_ network: FineTunedNetwork, _ temperature: Double, images: Int) throws {
    let replaceable = try adapter.base.contents.network.requireReplaceableHead()
    let layer = replaceable.layer
    let weights = network.weights[layer.tensorName(.weight)]!
    let head = LinearHead(
      classCount: weights.shape[0], featureCount: weights.shape[1], weights: weights.values,
      bias: network.weights[layer.tensorName(.bias)]!.values.map { $0 - replaceable.biasShift }
    ).divided(by: temperature)
    var base = try contents(head)
    base = try ModelContents(
      network: base.network,
      weights: network.weights.merging(base.weights.filter { $0.key.hasPrefix(layer.name + ".") }) { $1 },
      labels: base.labels, preprocessing: base.preprocessing, provenance: base.provenance)
    try evaluate(fineTuned: base)
    try publish(base, .fineTuned, images: images, kind: recipe!.selection.chosen.kind, temperature: temperature)
  }

  /// The network that counts in the end.
  var method: AdaptationReport.Method { fineTuned?.network.isAccepted == true ? .fineTuned : .head }
}
