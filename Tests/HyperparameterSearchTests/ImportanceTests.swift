import Jobs
import Testing

@testable import HyperparameterSearch

@Suite("Importance of parameters")
struct ImportanceTests {
  private func rows(_ values: [(rate: Double, smoothing: Double, accuracy: Double?)]) -> [SearchReport.Row] {
    values.enumerated().map { number, value in
      let metric = value.accuracy.map { TrialMetric(epochs: 1, accuracy: $0, loss: 1) }
      let part = TrialResult(metric == nil ? .diverged : .done, epochs: 1, metric: metric)
      return SearchReport.Row(
        trial: number, parameters: ["learning_rate": .number(value.rate), "label_smoothing": .number(value.smoothing)],
        status: part.status, epochs: 1, accuracy: part.accuracy, loss: part.loss, message: nil, parts: [part])
    }
  }

  private func shares(_ rows: [SearchReport.Row]) throws -> [String: Double] {
    let space = try SearchSpace([
      SearchParameter("learning_rate", .uniform(0.1...1)), SearchParameter("label_smoothing", .uniform(0...0.9)),
    ])
    return Dictionary(uniqueKeysWithValues: ParameterImportance.of(space, rows).map { ($0.parameter, $0.share) })
  }

  /// By hand: groups (0, 0, 1), (4, 5, 6), (9, 9, 8) have the means 1/3, 5, 26/3; within are 2/3 + 2 + 2/3, in all 308/3.
  @Test("the share between groups is corrected for chance")
  func byHand() throws {
    let accuracies = [0.0, 0, 1, 4, 5, 6, 9, 9, 8]
    let trials = accuracies.enumerated().map { (rate: 0.1 * Double($0 + 1), smoothing: 0.0, accuracy: $1 as Double?) }
    let total = accuracies.map { $0 * $0 }.reduce(0, +) - 42.0 * 42 / 9
    let within = 2.0 / 3 + 2 + 2.0 / 3
    let expected = (total - within - 2 * within / 6) / total
    let shares = try shares(rows(trials))
    #expect(abs((shares["learning_rate"] ?? 0) - expected) < 1e-12)
    #expect(shares["label_smoothing"] == 0)
  }

  @Test("a trial that diverged counts as an accuracy of 0; equal trials explain nothing")
  func diverged() throws {
    let trials = (0..<9).map { number in
      (rate: 0.1 * Double(number + 1), smoothing: Double(number % 3) * 0.3, accuracy: number < 6 ? 0.8 : nil as Double?)
    }
    let shares = try shares(rows(trials))
    #expect(shares["learning_rate"] == 1)
    #expect(shares["label_smoothing"] == 0)
    #expect(try self.shares(rows(trials.map { ($0.rate, $0.smoothing, 0.5) })).values.allSatisfy { $0 == 0 })
  }
}
