import InferenceRuntime

/// How a recipe does on images that no choice of it has seen.
struct HeadEvaluation: Sendable {
  /// Calibrated.
  var predictions: Predictions
  var baselines: BaselineCounts

  /// On images that were kept apart.
  init(_ recipe: HeadRecipe, _ data: LabelledFeatures, images: [Int]) {
    let own = data.choosing(images)
    predictions = Predictions(images: images, labels: own.labels, logits: recipe.head.logits(own.features))
    baselines = recipe.baselines.accuracies(own.features, labels: own.labels)
  }

  /// By nested cross-validation: for each fold, the whole recipe with all of its choices is followed anew on the others
  /// (Varma and Simon, Bias in Error Estimation When Using Cross-Validation for Model Selection, 2006).
  ///
  /// - Parameters:
  ///   - choosing: divides the images that a fold leaves, for the choices made with them.
  ///   - progress: is told the share that is done.
  /// - Throws: `AdaptationError.stopped`; what `progress` throws.
  init(
    nested folds: Folds, _ data: LabelledFeatures, pool: WorkerPool, isStopping: @Sendable () -> Bool,
    choosing: (_ images: [Int]) -> Folds, progress: (Double) throws -> Void
  ) throws {
    predictions = Predictions(images: [], labels: [], logits: [])
    baselines = BaselineCounts(images: 0)
    for fold in folds.parts.indices {
      let recipe = try HeadRecipe(data, folds: choosing(folds.others(than: fold)), pool: pool, isStopping: isStopping)
      let part = HeadEvaluation(recipe, data, images: folds.parts[fold])
      predictions.append(part.predictions)
      baselines = baselines + part.baselines
      try progress(Double(fold + 1) / Double(folds.parts.count))
    }
  }
}
