import Foundation
import InferenceRuntime
import TestSupport
import Testing
import Training

@testable import Adaptation

@Suite struct ScratchTrainingTests {
  private static func training(_ fixture: FineTuningFixture, work: String, epochs: Int, threads: Int = 2)
    -> ScratchTraining
  {
    ScratchTraining(
      fixture.model, dataSet: fixture.images.dataSet, training: fixture.images.training,
      test: fixture.images.validation, fingerprint: "stripes", epochs: epochs, seed: 3,
      workFolder: fixture.folder.url.appendingPathComponent(work), build: "convserve test",
      pool: WorkerPool(threadCount: threads))
  }

  @Test("a network that begins with nothing learns, and is judged by images that it has not seen")
  func learns() throws {
    let fixture = try FineTuningFixture(training: 96, validation: 30)
    var fractions: [Double] = []
    let evaluation = try Self.training(fixture, work: "work", epochs: 12).run(report: { fractions.append($0) })
    #expect(evaluation.images == 30)
    #expect(evaluation.accuracy > 0.5)
    #expect(fractions == fractions.sorted() && fractions.last == 1)
  }

  @Test("stopped and gone on with, on another number of threads, it ends with the same figures")
  func interrupted() throws {
    let fixture = try FineTuningFixture()
    let undisturbed = try Self.training(fixture, work: "undisturbed", epochs: 3).run()
    var asked = 0
    #expect(throws: FineTuningError.stopped) {
      try Self.training(fixture, work: "work", epochs: 3).run(isStopping: {
        asked += 1
        return asked == 3
      })
    }
    #expect(try Self.training(fixture, work: "work", epochs: 3, threads: 1).run() == undisturbed)
  }
}
