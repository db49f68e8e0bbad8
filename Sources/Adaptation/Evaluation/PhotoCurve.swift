import InferenceRuntime
import Training

/// Whether more photos would help: accuracy by cross-validation with parts of the images to learn from.
enum PhotoCurve {
  static let shares = [0.1, 0.25, 0.5, 1.0]
  /// Draws of a part, whose accuracies are averaged: small parts differ much.
  private static let draws = 3

  /// - Parameter kind: the head that was chosen; with few images another might be better.
  static func points(
    _ data: LabelledFeatures, folds: Folds, kind: HeadKind, seed: UInt64, pool: WorkerPool
  ) -> [AdaptationReport.LearningCurvePoint] {
    shares.compactMap { share in
      let draws = share < 1 ? Self.draws : 1
      let results = SharedResults<Fit>(count: folds.parts.count * draws)
      pool.run(taskCount: folds.parts.count * draws) { _, task in
        let fold = task % folds.parts.count
        let chosen = part(folds.others(than: fold), share, data, seed: seed, draw: task)
        results.set(task, Fit(data, learning: chosen, testing: folds.parts[fold], kind))
      }
      let fits = results.values.compactMap { $0 }
      // Less than two images a class say more about the draw than about the photos.
      guard fits.allSatisfy({ $0.images >= 2 * data.classCount }) else { return nil }
      let tested = Double(fits.reduce(0) { $0 + $1.tested })
      let learned = Double(fits.reduce(0) { $0 + $1.images })
      return AdaptationReport.LearningCurvePoint(
        images: Int((learned / Double(fits.count)).rounded()),
        accuracy: Double(fits.reduce(0) { $0 + $1.right }) / tested,
        trainingAccuracy: Double(fits.reduce(0) { $0 + $1.rightOfOwn }) / learned)
    }
  }

  /// As large a part of each class, at least one image.
  private static func part(
    _ images: [Int], _ share: Double, _ data: LabelledFeatures, seed: UInt64, draw: Int
  ) -> [Int] {
    guard share < 1 else { return images }
    var generator = CounterGenerator(seed: seed, stream: .learningCurve, sample: draw)
    var left = [Int](repeating: 0, count: data.classCount)
    for image in images { left[data.labels[image]] += 1 }
    left = left.map { $0 == 0 ? 0 : max(1, Int((Double($0) * share).rounded())) }
    var chosen: [Int] = []
    for place in generator.permutation(images.count) where left[data.labels[images[place]]] > 0 {
      left[data.labels[images[place]]] -= 1
      chosen.append(images[place])
    }
    return chosen.sorted()
  }

  private struct Fit: Sendable {
    let images: Int
    let tested: Int
    let right: Int
    let rightOfOwn: Int

    init(_ data: LabelledFeatures, learning: [Int], testing: [Int], _ kind: HeadKind) {
      let own = data.choosing(learning)
      let head = own.heads([kind])[0]
      func right(_ part: LabelledFeatures) -> Int {
        zip(head.logits(part.features), part.labels).count { Probabilities.best($0) == $1 }
      }
      images = learning.count
      tested = testing.count
      self.right = right(data.choosing(testing))
      rightOfOwn = right(own)
    }
  }
}
