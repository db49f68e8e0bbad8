import Foundation
import InferenceRuntime
import ModelServing
import NetworkGraph

extension AdaptationRun {
  /// Opens the test images for the head, of which everything is chosen; or follows the whole recipe anew on parts, where there
  /// are too few for that.
  mutating func evaluate() throws {
    try progress(.evaluate, 0)
    guard let choice, let folds, let recipe else { preconditionFailure("everything is chosen before it is evaluated") }
    switch choice.evaluation {
    case .testSet:
      evaluation = HeadEvaluation(recipe, data, images: choice.split.test)
    case .crossValidation:
      let run = self
      evaluation = try HeadEvaluation(
        nested: folds, data, pool: adapter.pool, isStopping: isStopping,
        choosing: { run.choosingFolds($0, .crossValidation) }
      ) { try progress(.evaluate, 0.8 * $0) }
    }
    learningCurve = PhotoCurve.points(
      data, folds: folds, kind: recipe.selection.chosen.kind, seed: adapter.settings.seed, pool: adapter.pool)
    audit.suspectLabels = suspects
    try progress(.evaluate, 1)
  }

  /// Opens the test images for the fine-tuned network, which validation images alone have accepted.
  mutating func evaluate(fineTuned contents: ModelContents) throws {
    try progress(.evaluate, 0)
    guard let images = choice?.split.test else { preconditionFailure("the split comes first") }
    let runner = try BatchRunner(
      contents.network, weights: contents.weights, contents.preprocessing, kernels: adapter.kernels, pool: adapter.pool)
    let outputs = try runner.outputs(of: images, in: photos.dataSet)
    evaluation?.predictions.logits = (0..<outputs.rows).map { Array(outputs[$0]) }
    audit.suspectLabels = suspects
    try progress(.evaluate, 1)
  }

  /// Labels that classifiers which never saw the image contradict: those of cross-validation, and for test images the final one.
  private var suspects: [DataAudit.SuspectLabel] {
    guard let recipe, let evaluation, let choice else { return [] }
    var predictions = recipe.selection.chosen.predictions.divided(by: recipe.temperature)
    if choice.evaluation == .testSet { predictions.append(evaluation.predictions) }
    return SuspectLabels.find(
      labels: predictions.labels, probabilities: predictions.logits.map { Probabilities.of($0) },
      classes: classes.map(\.name), files: predictions.images.map { photos.files[$0] })
  }

  // MARK: Report

  /// Writes the last version's report anew, in its folder and the work folder: with the time of all stages, and with what came
  /// of fine-tuning.
  mutating func finish() throws -> AdaptedVersion {
    guard let version = published.flatMap({ Int($0.version) }) else { preconditionFailure("a head is published first") }
    let directory = try adapter.repository.versionDirectory(adapter.name, version)
    let files = try reportFiles()
    try files.write(version, to: [directory, adapter.workFolder])
    return AdaptedVersion(report: files.report(version), directory: directory)
  }

  /// The report as it is by now.
  mutating func reportFiles() throws -> ReportFiles {
    try progress(.report, 0)
    var report = self.report
    try addThumbnails(ReportPage.picturedFiles(of: report))
    meter.end()
    report.seconds = meter.seconds
    return ReportFiles(report, thumbnails: thumbnails)
  }

  private mutating func addThumbnails(_ files: [String]) throws {
    let places = Dictionary(zip(photos.files, photos.files.indices)) { first, _ in first }
    for file in files where thumbnails[file] == nil {
      guard let place = places[file], let image = try? photos.dataSet.image(place) else { continue }
      thumbnails[file] = try ThumbnailEncoder.jpeg(of: image)
    }
  }

  /// Of a version that has no number yet.
  private var report: AdaptationReport {
    guard let evaluation, let recipe, let choice else { preconditionFailure("a report comes last") }
    let predictions = evaluation.predictions
    let figures = ClassificationFigures(predictions, classCount: classes.count)
    let calibration = CalibrationFigures(predictions, seed: adapter.settings.seed)
    let independent = Set(predictions.images.map { groups.groups[$0] }).count
    return AdaptationReport(
      accuracy: predictions.accuracy,
      accuracyInterval: AccuracyInterval.wilson(share: predictions.accuracy, count: independent),
      macroF1: figures.macroF1, evaluation: choice.evaluation, classes: figures.classes(classes.map(\.name)),
      confusion: figures.confusion, calibrationError: calibration.error,
      calibration: AdaptationReport.Calibration(
        temperature: method == .fineTuned ? fineTuned!.temperature : recipe.temperature, bins: calibration.bins,
        perfectErrorQuantile: calibration.perfectErrorQuantile),
      method: method, reason: reason(recipe, choice), baselines: evaluation.baselines.figures,
      candidates: recipe.selection.figures, fineTuning: fineTuned?.network.summary, learningCurve: learningCurve,
      mistakes: mistakes(predictions), audit: audit, images: imageCounts(choice),
      model: AdaptationReport.Model(name: adapter.name, version: ""),
      base: baseRecord!, data: dataRecord, seconds: meter.seconds, settings: adapter.settings, build: adapter.build)
  }

  private func reason(_ recipe: HeadRecipe, _ choice: SplitChoice) -> String {
    let chosen = recipe.selection.chosen
    let penalty = chosen.kind.penalty.map { " with penalty \($0)" } ?? ""
    let head =
      "Of \(recipe.selection.candidates.count) heads, cross-validation on \(chosen.predictions.count) images chose "
      + "\(chosen.kind.name)\(penalty): \(Self.percent(chosen.accuracy)) % right, the first in order of preference among "
      + "the heads that are as good as the best within half a standard error."
    let tuning =
      fineTuned?.network.reason
      ?? (adapter.settings.fineTunes
        ? "Fine-tuning was left out: the images are too few to tell whether it helps." : nil)
    return [head, choice.reason, tuning].compactMap(\.self).joined(separator: " ")
  }

  private func mistakes(_ predictions: Predictions) -> [AdaptationReport.Mistake] {
    let names = classes.map(\.name)
    let wrong = (0..<predictions.count).filter { !predictions.isRight($0) }.map { index in
      let best = Probabilities.best(predictions.logits[index])
      return AdaptationReport.Mistake(
        file: photos.files[predictions.images[index]], label: names[predictions.labels[index]], predicted: names[best],
        probability: Probabilities.of(predictions.logits[index])[best])
    }
    return Array(wrong.sorted { ($1.probability, $0.file) < ($0.probability, $1.file) }.prefix(20))
  }

  private func imageCounts(_ choice: SplitChoice) -> AdaptationReport.ImageCounts {
    AdaptationReport.ImageCounts(
      training: choice.split.training.count, validation: choice.split.validation.count, test: choice.split.test.count,
      used: usable.count)
  }
}
