import Foundation
import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// One base with photos that are divided and whose features are known: makes classifiers of parts of them and tests them.
final class ComparisonBench {
  private let adapter: Adapter
  private let run: AdaptationRun
  private let split: PhotoSplit
  /// Seconds that features of all images took.
  private let featureSeconds: Double
  private let isStopping: @Sendable () -> Bool

  /// - Throws: `AdaptationError.tooFewToCompare`; as `Adapter.run`.
  init(_ adapter: Adapter, isStopping: @escaping @Sendable () -> Bool) throws {
    let extractor = try FeatureExtractor(
      adapter.base.contents, name: adapter.base.name, kernels: adapter.kernels, pool: adapter.pool)
    var run = AdaptationRun(adapter, extractor, isStopping: isStopping, report: { _ in })
    try run.auditPhotos()
    let clock = ContinuousClock()
    let start = clock.now
    try run.extractFeatures()
    featureSeconds = (clock.now - start) / .seconds(1)
    try run.split()
    guard let choice = run.choice, choice.evaluation == .testSet, !choice.split.validation.isEmpty else {
      throw AdaptationError.tooFewToCompare(minimum: adapter.settings.minimumForTestSet)
    }
    (self.adapter, self.run, self.isStopping) = (adapter, run, isStopping)
    split = choice.split
  }

  var test: [Int] { split.test }

  /// Accuracy of always guessing the commonest class.
  var majority: Double {
    let commonest = run.data.choosing(split.training).majority
    return Double(test.count { run.labels[$0] == commonest }) / Double(test.count)
  }

  /// Makes a classifier of a part of the training images, and tests it.
  func row(_ method: ComparisonReport.Method, share: Double) throws -> ComparisonReport.Row {
    let images = part(share)
    let clock = ContinuousClock()
    let start = clock.now
    let accuracy =
      switch method {
      case .head: try headAccuracy(images)
      case .fineTuned: try fineTunedAccuracy(images)
      case .fromScratch: try scratchAccuracy(images)
      }
    let seconds = (clock.now - start) / .seconds(1)
    let features = method == .fromScratch ? 0 : featureSeconds * Double(images.count) / Double(run.usable.count)
    return ComparisonReport.Row(
      base: adapter.base.name, method: method, share: share, images: images.count, accuracy: accuracy,
      accuracyInterval: AccuracyInterval.wilson(share: accuracy, count: test.count), seconds: seconds + features)
  }

  /// Each class's first groups by their keys: a smaller part lies within each larger one.
  private func part(_ share: Double) -> [Int] {
    let byClass = Dictionary(grouping: split.training) { run.labels[$0] }
    return byClass.values.flatMap { images in
      let order = images.sorted { (run.groups.key(ofImage: $0), $0) < (run.groups.key(ofImage: $1), $1) }
      return order.prefix(max(2, Int((Double(images.count) * share).rounded())))
    }.sorted()
  }

  private func recipe(_ images: [Int]) throws -> HeadRecipe {
    let folds = Folds(images, labels: run.labels, groups: run.groups, count: adapter.settings.folds)
    return try HeadRecipe(run.data, folds: folds, pool: adapter.pool, isStopping: isStopping)
  }

  private func headAccuracy(_ images: [Int]) throws -> Double {
    accuracy(try recipe(images).head.logits(run.data.features.choosing(test)))
  }

  private func fineTunedAccuracy(_ images: [Int]) throws -> Double {
    let model = try run.contents(try recipe(images).head)
    return try withWorkFolder { folder in
      let tuner = FineTuner(
        model,
        images: FineTuningImages(
          run.photos.dataSet, labels: run.labels, training: images, validation: split.validation,
          fingerprint: run.fingerprint),
        seed: adapter.settings.seed, workFolder: folder, build: adapter.build, kernels: adapter.kernels,
        pool: adapter.pool)
      let tuned = try tuner.run(isStopping: isStopping)
      let runner = try BatchRunner(
        model.network, weights: tuned.weights, model.preprocessing, kernels: adapter.kernels, pool: adapter.pool)
      let outputs = try runner.outputs(of: test, in: run.photos.dataSet)
      return accuracy((0..<outputs.rows).map { Array(outputs[$0]) })
    }
  }

  private func scratchAccuracy(_ images: [Int]) throws -> Double {
    let model = try run.contents(LinearHead(classCount: run.classes.count, featureCount: run.data.features.columns))
    return try withWorkFolder { folder in
      try ScratchTraining(
        model, dataSet: run.photos.dataSet, training: images, test: test, fingerprint: run.fingerprint,
        seed: adapter.settings.seed, workFolder: folder, build: adapter.build, kernels: adapter.kernels,
        pool: adapter.pool
      ).run(isStopping: isStopping).accuracy
    }
  }

  private func accuracy(_ logits: [[Float]]) -> Double {
    Predictions(images: test, labels: test.map { run.labels[$0] }, logits: logits).accuracy
  }

  /// A folder for one classifier, which goes with it. Whichever way a run says that somebody stopped it, this says so in one.
  private func withWorkFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = adapter.workFolder.appendingPathComponent("comparing")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      return try body(folder)
    } catch {
      throw isStopping() ? AdaptationError.stopped : error
    }
  }
}
