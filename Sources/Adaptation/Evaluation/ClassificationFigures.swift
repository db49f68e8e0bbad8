/// Confusion, precision and recall of predictions.
struct ClassificationFigures: Sendable {
  /// `[label][predicted]`
  let confusion: [[Int]]

  init(_ predictions: Predictions, classCount: Int) {
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    for index in 0..<predictions.count {
      confusion[predictions.labels[index]][Probabilities.best(predictions.logits[index])] += 1
    }
    self.confusion = confusion
  }

  /// 0 where nothing was taken for the class.
  func precision(_ index: Int) -> Double {
    let taken = confusion.reduce(0) { $0 + $1[index] }
    return taken > 0 ? Double(confusion[index][index]) / Double(taken) : 0
  }

  /// 0 where there was no image of the class.
  func recall(_ index: Int) -> Double {
    let images = confusion[index].reduce(0, +)
    return images > 0 ? Double(confusion[index][index]) / Double(images) : 0
  }

  /// Mean over the classes of `2 P R / (P + R)`, of which a class without any right image has 0. A class that is neither
  /// among the labels nor among the predictions is left out, as scikit-learn's `f1_score` does.
  var macroF1: Double {
    let scores = confusion.indices.compactMap { index -> Double? in
      let row = confusion[index].reduce(0, +)
      let column = confusion.reduce(0) { $0 + $1[index] }
      guard row + column > 0 else { return nil }
      return 2 * Double(confusion[index][index]) / Double(row + column)
    }
    return scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
  }

  func classes(_ names: [String]) -> [AdaptationReport.ClassFigures] {
    names.indices.map { index in
      AdaptationReport.ClassFigures(
        name: names[index], precision: precision(index), recall: recall(index),
        images: confusion[index].reduce(0, +))
    }
  }
}
