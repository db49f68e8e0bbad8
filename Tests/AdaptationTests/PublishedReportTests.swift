import Foundation
import InferenceRuntime
import ModelServing
import Synchronization
import TestSupport
import Testing

@testable import Adaptation
@testable import Training

@Suite struct PublishedReportTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.copy(Checkout.model, to: "models/base")
  }

  private func adapter(_ name: String, fineTunes: Bool) throws -> Adapter {
    let repository = ModelRepository(path: folder.url.appendingPathComponent("models").path)
    let work = folder.url.appendingPathComponent("work-\(name)")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    return Adapter(
      base: try repository.package(named: "base"),
      source: try DataSource(kind: .classFolders, sets: [.training: Stripes(count: 120)], path: "stripes"),
      origin: "stripes", name: name, repository: repository, settings: AdaptationSettings(fineTunes: fineTunes),
      workFolder: work, run: name, build: "convserve test", pool: WorkerPool(threadCount: 2))
  }

  private func report(_ path: String) throws -> AdaptationReport {
    let file = folder.url.appendingPathComponent(path)
    return try JSONDecoder().decode(AdaptationReport.self, from: try Data(contentsOf: file))
  }

  @Test("a version is never there without its report, also where the run does not come to its end")
  func reports() throws {
    let isStopping = Mutex(false)
    let interrupted = try adapter("stripes", fineTunes: true)
    #expect(throws: AdaptationError.stopped) {
      try interrupted.run(isStopping: { isStopping.withLock { $0 } }) { event in
        guard case .published(let model) = event else { return }
        isStopping.withLock { $0 = true }
        for place in ["models/stripes/1", "work-stripes"] {
          let report = try report("\(place)/report.json")
          #expect(report.model == model && report.method == .head && report.fineTuning == nil)
          let page = try Data(contentsOf: folder.url.appendingPathComponent("\(place)/report.html"))
          #expect(String(decoding: page, as: UTF8.self).contains("stripes, version 1"))
        }
      }
    }
    // It says what that of a run does which was to end there.
    let head = try adapter("head", fineTunes: false).run().report
    let early = try report("models/stripes/1/report.json")
    #expect(early.accuracy == head.accuracy && early.confusion == head.confusion && early.mistakes == head.mistakes)
    #expect(early.images == head.images && early.audit == head.audit && early.learningCurve == head.learningCurve)

    let whole = try interrupted.run()
    #expect(whole.report.fineTuning != nil)
    let versions = try interrupted.repository.versions(of: "stripes")
    #expect(versions == Array(1...Int(whole.report.model.version)!))
    for version in versions {
      #expect(try report("models/stripes/\(version)/report.json").model.version == "\(version)")
    }
    #expect(try report("work-stripes/report.json") == whole.report)
  }
}
