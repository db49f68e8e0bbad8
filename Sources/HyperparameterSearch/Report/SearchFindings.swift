import Drawings

/// What a report says in sentences.
struct SearchFindings {
  private let report: SearchReport

  init(_ report: SearchReport) { self.report = report }

  var sentences: [String] { [best, test, importance].compactMap(\.self) + troubles }

  private var best: String? {
    guard let row = report.bestRow, let metric = row.metric else {
      return report.trials.contains { $0.status != nil } ? "No trial has a result." : nil
    }
    let values = row.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.plainText)" }
    return "Trial \(row.trial) is the best by validation: \(Numbers.percent(metric.accuracy, 2)) after "
      + "\(Phrase.counted(metric.epochs, "epoch")), with \(values.joined(separator: ", "))."
  }

  private var test: String? {
    report.test.map {
      "Of the test images, which were read once, for this trial alone, it classifies \(Numbers.percent($0.accuracy, 2)) rightly."
    }
  }

  private var importance: String? {
    guard let first = report.importance.first, first.share > 0 else { return nil }
    return "\(first.parameter) explains \(Numbers.percent(first.share)) of the differences between trials by itself; "
      + "the trials show \(Phrase.counted(first.values, "value")) of it."
  }

  private var troubles: [String] {
    [
      ("diverged", report.trials.filter { $0.status == .diverged }),
      ("failed", report.trials.filter { $0.status == .failed }),
    ].compactMap { what, rows in
      rows.first.map { first in
        "\(Phrase.counted(rows.count, "trial")) \(what), trial \(first.trial) first: \(first.message ?? "no reason is known")"
      }
    }
  }
}
