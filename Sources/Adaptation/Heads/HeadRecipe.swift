import InferenceRuntime

/// A head with everything that was chosen on the way to it: selection by cross-validation, fit to all images, calibration.
struct HeadRecipe: Sendable {
  let selection: HeadSelection
  /// Fitted to all images that it was chosen with, its logits divided by the temperature.
  let head: LinearHead
  /// Heads to compare with, fitted to the same images; not calibrated.
  let baselines: BaselineHeads

  var temperature: Double { selection.chosen.temperature }

  /// - Parameters:
  ///   - data: of the whole data set.
  ///   - folds: of the images that may be looked at.
  /// - Throws: `AdaptationError.stopped`.
  init(
    _ data: LabelledFeatures, folds: Folds, pool: WorkerPool, isStopping: @Sendable () -> Bool = { false }
  ) throws(AdaptationError) {
    selection = try HeadSelection(data, folds: folds, pool: pool, isStopping: isStopping)
    let own = data.choosing(folds.parts.flatMap { $0 }.sorted())
    let ridge = selection.candidates.first { $0.kind.name == HeadKind.ridge(penalty: 1).name }!.kind
    let heads = own.heads([selection.chosen.kind, ridge, .nearestMean])
    head = heads[0].divided(by: selection.chosen.temperature)
    baselines = BaselineHeads(majority: own.majority, ridge: heads[1], nearestMean: heads[2])
  }
}

/// What a classifier has to beat.
struct BaselineHeads: Sendable {
  /// The commonest class.
  let majority: Int
  let ridge: LinearHead
  let nearestMean: LinearHead

  func accuracies(_ features: FeatureMatrix, labels: [Int]) -> BaselineCounts {
    var counts = BaselineCounts(images: labels.count)
    counts.majority = labels.count { $0 == majority }
    counts.ridge = Self.right(ridge, features, labels)
    counts.nearestMean = Self.right(nearestMean, features, labels)
    return counts
  }

  private static func right(_ head: LinearHead, _ features: FeatureMatrix, _ labels: [Int]) -> Int {
    zip(head.logits(features), labels).count { Probabilities.best($0) == $1 }
  }
}

/// Images that the baselines classify rightly.
struct BaselineCounts: Hashable, Sendable {
  var images: Int
  var majority = 0
  var ridge = 0
  var nearestMean = 0

  static func + (left: BaselineCounts, right: BaselineCounts) -> BaselineCounts {
    BaselineCounts(
      images: left.images + right.images, majority: left.majority + right.majority, ridge: left.ridge + right.ridge,
      nearestMean: left.nearestMean + right.nearestMean)
  }

  var figures: AdaptationReport.Baselines {
    let count = Double(max(images, 1))
    return AdaptationReport.Baselines(
      majority: Double(majority) / count, nearestMean: Double(nearestMean) / count, ridge: Double(ridge) / count)
  }
}

extension LabelledFeatures {
  /// The commonest class; of equal ones the first.
  var majority: Int {
    var counts = [Int](repeating: 0, count: classCount)
    for label in labels { counts[label] += 1 }
    return counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
  }
}
