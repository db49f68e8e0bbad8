import Foundation
import HyperparameterSearch
import TestSupport
import Testing

@Suite("Log of decisions")
struct DecisionLogTests {
  private static let entries: [DecisionEntry] = [
    .run(TrialJob(trial: 0, epochs: 3)),
    .result(
      TrialJob(trial: 0, epochs: 3),
      TrialResult(.done, epochs: 3, metric: TrialMetric(epochs: 3, accuracy: 0.1 + 0.2, loss: 1.0 / 3))),
    .run(TrialJob(trial: 1, epochs: 3)),
    .result(TrialJob(trial: 1, epochs: 3), TrialResult(.diverged, epochs: 2, message: "a \"loss\"\nof <infinity>")),
    .test(TestResult(trial: 0, epochs: 3, images: 10, accuracy: 0.7, loss: 0.9)),
  ]

  @Test("what was written is read, to the bit; a part of a line at the end counts as not written")
  func torn() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("log")
    do {
      let (log, none) = try DecisionLog.open(file)
      #expect(none.isEmpty)
      for entry in Self.entries { try log.append(entry) }
    }
    let whole = try Data(contentsOf: file)
    let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }
    for length in 0...whole.count {
      try whole.prefix(length).write(to: file)
      let (log, entries) = try DecisionLog.open(file)
      let kept = ends.count { $0 < length }
      #expect(entries == Array(Self.entries.prefix(kept)), "\(length) bytes")
      for entry in Self.entries.dropFirst(kept) { try log.append(entry) }
      #expect(try Data(contentsOf: file) == whole)
    }
  }

  @Test("a damaged line is named, and one process writes at a time")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("log")
    try folder.write("{\"decision\":\"run\",\"epochs\":3,\"trial\":0}\nnonsense\n", to: "log")
    let error = try #require(throws: SearchError.self) { try DecisionLog.open(file) }
    #expect("\(error)".contains("damaged in line 2"), "\(error)")
    try Data().write(to: file)
    let first = try DecisionLog.open(file)
    #expect(throws: SearchError.inUse(path: file.path)) { try DecisionLog.open(file) }
    withExtendedLifetime(first) {}
  }
}
