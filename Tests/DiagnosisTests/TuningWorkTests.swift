import Testing

@testable import Diagnosis

@Suite("How a budget is shared out")
struct TuningWorkTests {
  private static func situation(
    _ speed: Double, minutes: Double, images: Int = 54_000, batch: Int = 128, candidates: Int = 9
  ) -> TuningWork.Situation {
    TuningWork.Situation(
      imagesPerSecond: speed, budgetSeconds: minutes * 60, trainingImages: images, validationImages: images / 9,
      classes: 10, batchSize: batch, coarseCandidates: candidates)
  }

  /// Passes of everything that is planned.
  private static func passes(_ work: TuningWork) -> Double {
    Double(work.sampleImages * work.sampleEpochs + TuningWork.rates * work.iterations * work.batchSize)
      + work.epochPasses * Double(work.coarseCandidates * work.coarseEpochs + work.fineCandidates * work.fineEpochs)
      + work.repeatPasses
  }

  @Test(
    "what is planned fits into the budget, whatever the speed, the data and the batch",
    arguments: [3.0, 26, 400, 1400, 20_000, 60_000], [0.5, 2, 15, 60, 600])
  func fits(speed: Double, minutes: Double) throws {
    for (images, batch) in [(1300, 32), (1300, 128), (54_000, 128), (54_000, 512), (1_200_000, 256)] {
      let situation = Self.situation(speed, minutes: minutes, images: images, batch: batch)
      guard let work = try? TuningWork(situation) else { continue }
      #expect(Self.passes(work) <= speed * minutes * 60)
      #expect(work.trainingImages <= images && work.trainingImages >= min(images, batch))
      #expect(work.sampleImages <= images && work.sampleImages >= 2 && work.sampleImages % work.sampleBatch == 0)
      #expect((1...5).contains(work.coarseEpochs) && (1...20).contains(work.fineEpochs))
      #expect((1...9).contains(work.coarseCandidates) && (1...3).contains(work.fineCandidates))
      #expect((20...100).contains(work.iterations))
    }
  }

  @Test("with time enough all images, candidates and epochs are used")
  func ample() throws {
    let work = try TuningWork(Self.situation(20_000, minutes: 60))
    #expect(work.share == 1 && work.trainingImages == 54_000 && work.validationImages == 6000)
    #expect(work.iterations == 100 && work.sampleEpochs == 200 && work.sampleImages == 640)
    #expect(work.coarseCandidates == 9 && work.coarseEpochs == 5 && work.fineCandidates == 3 && work.fineEpochs == 20)
  }

  @Test("a quarter of the time is a smaller share, and ten epochs all the same")
  func scarce() throws {
    let work = try TuningWork(Self.situation(1000, minutes: 10))
    #expect(work.share < 1 && work.share > 0.05)
    #expect(work.fineEpochs >= 10 && work.coarseCandidates == 9)
    #expect(try TuningWork(Self.situation(1000, minutes: 20)).share > work.share)
  }

  @Test("with little time there are fewer candidates, so that each has some steps to learn")
  func fewCandidates() throws {
    let work = try TuningWork(Self.situation(190, minutes: 12))
    #expect((3..<9).contains(work.coarseCandidates))
    #expect(work.coarseEpochs * work.trainingImages / work.batchSize >= 40)
  }

  @Test("on a machine that becomes slower less is planned, and what is planned fits into what is left")
  func slower() throws {
    let situation = Self.situation(1000, minutes: 10)
    let work = try TuningWork(situation)
    #expect(work.adjusted(situation, speed: 1000, secondsLeft: 500) == work)
    let less = work.adjusted(situation, speed: 300, secondsLeft: 400)
    #expect(less.share < work.share && less.imagesPerSecond == 300)
    #expect(less.sampleImages == work.sampleImages && less.iterations == work.iterations)
    let trials =
      less.epochPasses
      * Double(less.coarseCandidates * less.coarseEpochs + less.fineCandidates * less.fineEpochs)
    #expect(trials <= 300 * 400)
    let none = work.adjusted(situation, speed: 300, secondsLeft: -5)
    #expect(none.coarseCandidates == 1 && none.coarseEpochs == 1 && none.fineEpochs == 5 && none.trainingImages == 640)
  }

  @Test("a budget too small for one trial is refused, and the budget that is named suffices")
  func tooSmall() throws {
    for speed in [2.0, 100, 5000] {
      do {
        _ = try TuningWork(Self.situation(speed, minutes: 0.01))
        Issue.record("planned")
      } catch {
        guard case .budget(_, let least, let images, _) = error else { throw error }
        #expect(images == 640)
        #expect(error.description.contains("too small for one trial"))
        _ = try TuningWork(Self.situation(speed, minutes: least * 1.0001))
        #expect(throws: TuningError.self) { try TuningWork(Self.situation(speed, minutes: least * 0.99)) }
      }
    }
  }
}
