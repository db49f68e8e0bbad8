import Foundation
import Jobs
import Synchronization
import TestSupport
import Testing

@testable import HyperparameterSearch

/// In the place of processes: a trial's accuracy follows from its rate and its epochs. After so many parts all are interrupted.
private final class DrawnWorker: TrialWorker {
  let partsLeft: Mutex<Int>

  init(parts: Int) { partsLeft = Mutex(parts) }

  func run(_ job: TrialJob, spec: URL, report: @escaping @Sendable (TrialEvent) -> Void) async throws -> TrialResult? {
    let isInterrupted = partsLeft.withLock { parts in
      parts -= 1
      return parts < 0
    }
    if isInterrupted { return nil }
    let trial = try TrialSpec(json: JSONValue(parsing: [UInt8](Data(contentsOf: spec))))
    let rate = try #require(trial.values["learning_rate"]?.double)
    if rate > 0.5 { return TrialResult(.diverged, epochs: 1, message: "the loss became infinite") }
    let accuracy = (1 - abs(rate - 0.1)) * (1 - 1 / Double(job.epochs + 1))
    let metric = TrialMetric(epochs: job.epochs, accuracy: accuracy, loss: 1 - accuracy)
    return TrialResult(job.epochs == 9 ? .done : .paused, epochs: job.epochs, metric: metric)
  }
}

@Suite("Runs of searches")
struct SearchRunTests {
  private static func identity(_ definition: SearchDefinition) -> SearchIdentity {
    SearchIdentity(search: definition.json, data: "/data", build: "program", kernels: "avx2")
  }

  /// Runs a search, interrupted after each so many parts.
  private func report(_ definition: SearchDefinition, parts: Int, workers: Int) async throws -> String {
    let folder = try TemporaryFolder()
    let identity = Self.identity(definition)
    for _ in 0..<200 {
      var run = try SearchRun(definition, identity: identity, in: SearchFolder(folder.url), isResuming: true)
      guard try await run.run(workers: workers, worker: DrawnWorker(parts: parts)) else { continue }
      _ = try run.test { _ in (images: 10, accuracy: 0.5, loss: 1) }
      let report = SearchReport(run, identity: identity)
      try SearchFiles(run, report).write()
      return try ["report.json", "report.html", "parallel.svg", "marginals.svg"].map { name in
        try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8)
      }.joined()
    }
    Issue.record("the search does not end")
    return ""
  }

  static let searches = [
    #""sampler": "grid""#, #""sampler": "random", "trials": 11"#,
    #""sampler": "sobol", "trials": 11, "scheduler": "halving""#,
    #""sampler": "random", "trials": 11, "scheduler": "asha""#,
  ]

  @Test(
    "interrupted after every part or never, with one worker, a search ends with the same files", arguments: searches)
  func interrupted(search: String) async throws {
    let definition = try Spaces.conditional(search)
    let calm = try await report(definition, parts: .max, workers: 1)
    if search.contains("grid") { #expect(calm.contains("the loss became infinite")) }
    for parts in [1, 2, 3] { #expect(try await report(definition, parts: parts, workers: 1) == calm) }
  }

  @Test("grid, random and halving end with the same files with any number of workers", arguments: searches.prefix(3))
  func workers(search: String) async throws {
    let definition = try Spaces.conditional(search)
    let calm = try await report(definition, parts: .max, workers: 1)
    for workers in [2, 5] {
      #expect(try await report(definition, parts: .max, workers: workers) == calm)
      #expect(try await report(definition, parts: 3, workers: workers) == calm)
    }
  }

  @Test("the test images are read once, for the best trial, however often a search is resumed")
  func test() async throws {
    let folder = try TemporaryFolder()
    let definition = try Spaces.conditional(#""sampler": "grid""#)
    var reads: [String] = []
    for _ in 0..<3 {
      var run = try SearchRun(
        definition, identity: Self.identity(definition), in: SearchFolder(folder.url), isResuming: true)
      #expect(try await run.run(workers: 2, worker: DrawnWorker(parts: .max)))
      let result = try run.test { spec in
        reads.append(spec.directory ?? "")
        return (images: 10, accuracy: 0.5, loss: 1)
      }
      #expect(result?.trial == run.machine.best?.number)
    }
    #expect(reads.count == 1)
  }

  @Test("a folder that holds a search is not taken for another one")
  func different() throws {
    let folder = try TemporaryFolder()
    let definition = try Spaces.conditional(#""sampler": "random", "trials": 3"#)
    let (identity, place) = (Self.identity(definition), SearchFolder(folder.url))
    _ = try SearchRun(definition, identity: identity, in: place, isResuming: false)
    #expect(throws: SearchError.unfinished(path: folder.url.path)) {
      try SearchRun(definition, identity: identity, in: place, isResuming: false)
    }
    let other = try Spaces.conditional(#""sampler": "random", "trials": 4"#)
    let error = try #require(throws: SearchError.self) {
      try SearchRun(other, identity: Self.identity(other), in: place, isResuming: true)
    }
    #expect("\(error)".contains("trials: 3 in the folder, 4 now"), "\(error)")
    var moved = identity
    moved.build = "other program"
    #expect(throws: SearchError.self) { try SearchRun(definition, identity: moved, in: place, isResuming: true) }
    // Without the file that says which search it was, decisions are nobody's.
    try FileManager.default.removeItem(at: place.definition)
    #expect(throws: (any Error).self) {
      try SearchRun(definition, identity: identity, in: place, isResuming: true)
    }
  }

  @Test("a search of which every trial diverges ends with a report that says so")
  func allDiverge() async throws {
    let folder = try TemporaryFolder()
    let definition = try Spaces.definition(
      #"{"parameters": {"learning_rate": {"uniform": [50, 90]}}, "settings": {"architecture": "lenet5", "epochs": 9}, "trials": 4, "scheduler": "asha"}"#
    )
    let identity = Self.identity(definition)
    var run = try SearchRun(definition, identity: identity, in: SearchFolder(folder.url), isResuming: false)
    #expect(try await run.run(workers: 2, worker: DrawnWorker(parts: .max)))
    #expect(try run.test { _ in (images: 1, accuracy: 1, loss: 0) } == nil)
    let report = SearchReport(run, identity: identity)
    try SearchFiles(run, report).write()
    #expect(report.best == nil)
    #expect(report.findings.contains("No trial has a result."))
    #expect(report.findings.contains { $0.hasPrefix("4 trials diverged, trial 0 first: the loss became infinite") })
    #expect(FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("report.html").path))
  }

  @Test("names from outside are escaped in the page")
  func escaped() async throws {
    let folder = try TemporaryFolder()
    let definition = try Spaces.definition(
      #"{"parameters": {"learning_rate": {"uniform": [0.1, 0.2]}, "base": {"choice": ["<script>alert(1)</script>", "b&\"c"]}}, "settings": {"epochs": 9}, "trials": 6}"#
    )
    let identity = Self.identity(definition)
    var run = try SearchRun(definition, identity: identity, in: SearchFolder(folder.url), isResuming: false)
    #expect(try await run.run(workers: 1, worker: DrawnWorker(parts: .max)))
    try SearchFiles(run, SearchReport(run, identity: identity)).write()
    for name in ["report.html", "parallel.svg", "marginals.svg"] {
      let text = try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8)
      #expect(!text.contains("<script"), "\(name)")
    }
  }
}
