import InferenceRuntime

/// The choice of a head by cross-validation: every image is judged by heads that have seen neither it nor its group.
struct HeadSelection: Sendable {
  struct Candidate: Sendable {
    let kind: HeadKind
    /// Of all images, in their order, from the heads that did not see them; not divided by the temperature.
    let predictions: Predictions
    let temperature: Double
    let accuracy: Double
    let standardError: Double
    /// Mean cross-entropy at that temperature.
    let loss: Double
  }

  /// The chosen one first, the others by accuracy.
  let candidates: [Candidate]

  var chosen: Candidate { candidates[0] }

  /// - Parameters:
  ///   - data: of the whole data set.
  ///   - isStopping: asked between the fits.
  ///   - progress: is told the share that is done, on the calling thread or another.
  /// - Throws: `AdaptationError.stopped`.
  init(
    _ data: LabelledFeatures, folds: Folds, kinds: [HeadKind] = HeadKind.all, pool: WorkerPool,
    isStopping: @Sendable () -> Bool = { false }
  ) throws(AdaptationError) {
    precondition(folds.parts.count > 1, "cross-validation needs two parts")
    let outcomes = SharedResults<[Predictions]>(count: folds.parts.count)
    pool.run(taskCount: folds.parts.count) { _, fold in
      if !isStopping() { outcomes.set(fold, Self.predictions(data, folds, fold, kinds)) }
    }
    let parts = outcomes.values.compactMap { $0 }
    guard parts.count == folds.parts.count else { throw .stopped }
    let candidates = kinds.indices.map { index in
      Self.candidate(kinds[index], parts.map { $0[index] })
    }
    self.candidates = Self.ordered(candidates)
  }

  private static func predictions(
    _ data: LabelledFeatures, _ folds: Folds, _ fold: Int, _ kinds: [HeadKind]
  ) -> [Predictions] {
    let images = folds.parts[fold]
    let features = data.features.choosing(images)
    return data.choosing(folds.others(than: fold)).heads(kinds).map { head in
      Predictions(images: images, labels: images.map { data.labels[$0] }, logits: head.logits(features))
    }
  }

  private static func candidate(_ kind: HeadKind, _ parts: [Predictions]) -> Candidate {
    var all = Predictions(images: [], labels: [], logits: [])
    for part in parts { all.append(part) }
    let temperature = Temperature.fit(all.logits, labels: all.labels)
    let accuracy = all.accuracy
    return Candidate(
      kind: kind, predictions: all, temperature: temperature, accuracy: accuracy,
      standardError: (accuracy * (1 - accuracy) / Double(max(all.count, 1))).squareRoot(),
      loss: all.divided(by: temperature).loss)
  }

  /// First the one that is preferred among those whose accuracy is within half a standard error of the best.
  ///
  /// Accuracies of a few images differ by chance. Taking the highest, or the lowest loss, gave up to two points less on new
  /// images than a middling penalty that was nearly as good (three folders of 34 to 310 pictures, 20 splits each).
  private static func ordered(_ candidates: [Candidate]) -> [Candidate] {
    let best = candidates.max { $0.accuracy < $1.accuracy }!
    let near = candidates.filter { $0.accuracy >= best.accuracy - best.standardError / 2 }
    let chosen = near.min { $0.kind.preference < $1.kind.preference }!
    let others = candidates.filter { $0.kind != chosen.kind }
    return [chosen] + others.sorted { ($1.accuracy, $0.loss) < ($0.accuracy, $1.loss) }
  }

  /// As reports tell it.
  var figures: [AdaptationReport.Candidate] {
    candidates.map {
      AdaptationReport.Candidate(
        head: $0.kind.name, penalty: $0.kind.penalty, accuracy: $0.accuracy, standardError: $0.standardError,
        loss: $0.loss)
    }
  }
}
