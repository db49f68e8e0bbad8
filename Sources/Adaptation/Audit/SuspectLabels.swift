/// Labels that classifiers contradict which were not trained on the image: confident learning (Northcutt, Jiang and
/// Chuang, "Confident learning: estimating uncertainty in dataset labels", 2021).
///
/// Probabilities are one row an image, one column a class, each by a classifier that saw neither the image nor any of its
/// group.
public enum SuspectLabels {
  /// A suspect by the image's index.
  public struct Suspect: Hashable, Sendable {
    /// Place among the images that were asked about.
    public var index: Int
    /// The class that is most probable.
    public var suggested: Int
    /// Its probability.
    public var confidence: Double
  }

  /// All images, the most doubtful label first: by the probability of the label less that of the best other class. Of
  /// equal ones the first comes first.
  public static func ranking(labels: [Int], probabilities: [[Double]]) -> [Int] {
    let margins = zip(labels, probabilities).map(margin)
    return margins.indices.sorted { (margins[$0], $0) < (margins[$1], $1) }
  }

  /// Those that are actually suspect, the most doubtful first: the image reaches, for another class, what images of that
  /// class reach on the average, and that class is the most probable one.
  public static func suspects(labels: [Int], probabilities: [[Double]]) -> [Suspect] {
    let thresholds = thresholds(labels: labels, probabilities: probabilities)
    return ranking(labels: labels, probabilities: probabilities).compactMap { index in
      let row = probabilities[index]
      guard let confident = confidentClass(row, thresholds), confident != labels[index] else { return nil }
      let best = row.indices.max { row[$0] < row[$1] }!
      guard best != labels[index] else { return nil }
      return Suspect(index: index, suggested: best, confidence: row[best])
    }
  }

  /// The same by file and class.
  public static func find(
    labels: [Int], probabilities: [[Double]], classes: [String], files: [String]
  ) -> [DataAudit.SuspectLabel] {
    suspects(labels: labels, probabilities: probabilities).map {
      DataAudit.SuspectLabel(
        file: files[$0.index], label: classes[labels[$0.index]], suggested: classes[$0.suggested],
        confidence: $0.confidence)
    }
  }

  /// From -1, a label that cannot be, to 1.
  private static func margin(_ label: Int, _ row: [Double]) -> Double {
    var other = 0.0
    for (index, probability) in row.enumerated() where index != label { other = max(other, probability) }
    return row[label] - other
  }

  /// Mean probability of each class among the images that are labelled so; no image reaches that of a class without any.
  private static func thresholds(labels: [Int], probabilities: [[Double]]) -> [Double] {
    let count = probabilities.first?.count ?? 0
    var (sums, counts) = ([Double](repeating: 0, count: count), [Int](repeating: 0, count: count))
    for (label, row) in zip(labels, probabilities) {
      precondition(row.count == count && label < count, "a row of \(row.count) probabilities for \(count) classes")
      sums[label] += row[label]
      counts[label] += 1
    }
    return zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : .infinity }
  }

  /// The most probable of the classes whose threshold is reached; nothing where none is. The threshold itself counts, but
  /// for rounding.
  private static func confidentClass(_ row: [Double], _ thresholds: [Double]) -> Int? {
    row.indices.filter { row[$0] >= thresholds[$0] - 1e-6 }.max { row[$0] < row[$1] }
  }
}
