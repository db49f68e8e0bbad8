import Foundation
import Testing
import Training

@testable import Diagnosis

/// What the steps decide, by evidence that is written down.
@Suite("Judgements of the seven steps")
struct StepTests {
  @Test(
    "a loss that falls, one that does not and one that explodes are told apart",
    arguments: [
      ([2.3, 1.5, 0.9], 0.8, true, SampleAttempt.Outcome.falling), ([2.3, 2.31, 2.29], 0.1, true, .flat),
      ([2.3, 0.4, 0.1], 1, true, .fitted), ([2.3, 60, 900], 0.1, true, .exploded), ([2.3], 0.1, false, .exploded),
      ([], 0, false, .exploded), ([7.7, 7.8, 7.7], 0.1, true, .flat), ([7.7, 2.3, 2.3], 0.1, true, .flat),
    ] as [([Double], Double, Bool, SampleAttempt.Outcome)])
  func attempts(losses: [Double], accuracy: Double, isFinite: Bool, outcome: SampleAttempt.Outcome) {
    let initial = losses.first ?? 2.3
    #expect(
      SampleAttempt.outcome(losses: losses, accuracy: accuracy, isFinite: isFinite, initial: initial, guess: 2.3)
        == outcome)
  }

  @Test("an attempt that brings nothing ends early, one that falls slowly does not")
  func hopeless() {
    let flat = [Double](repeating: 2.302, count: 30)
    #expect(SampleAttempt.isHopeless(losses: flat, of: 100, initial: 2.3, guess: 2.3))
    #expect(!SampleAttempt.isHopeless(losses: Array(flat.prefix(9)), of: 100, initial: 2.3, guess: 2.3))
    let falling = (0..<30).map { 2.3 - 0.02 * Double($0) }
    #expect(!SampleAttempt.isHopeless(losses: falling, of: 100, initial: 2.3, guess: 2.3))
  }

  @Test("a rate makes the loss fall where it ends below that of a guess")
  func rates() {
    let falling = (0..<100).map { 2.6 - 0.01 * Double($0) }
    #expect(RateAttempt(learningRate: 0.1, losses: falling, hasDiverged: false, guess: 2.3).falls)
    #expect(!RateAttempt(learningRate: 0.1, losses: falling, hasDiverged: true, guess: 2.3).falls)
    let memorised = (0..<100).map { 2.9 - 0.006 * Double($0) }
    #expect(!RateAttempt(learningRate: 0.1, losses: memorised, hasDiverged: false, guess: 2.3).falls)
  }

  private static func trial(_ accuracy: Double, decay: Double = 0) -> TrialOutcome {
    TrialOutcome(
      learningRate: 0.1, weightDecay: decay, schedule: "constant",
      curve: [
        EpochRecord(
          epoch: 1, trainLoss: 1, trainAccuracy: accuracy, validationLoss: 1, validationAccuracy: accuracy,
          learningRate: 0.1, imagesPerSecond: 1)
      ], divergence: nil)
  }

  @Test(
    "the best of several guesses is a guess, and what is a little better is not",
    arguments: [(0.1, true), (0.15, true), (0.25, false), (0.9, false)])
  func guessing(accuracy: Double, isGuessing: Bool) {
    let evidence = TrialsEvidence(
      share: 1, trainingImages: 1000, validationImages: 200, epochs: 1, majorityShare: 0.1,
      trials: [Self.trial(accuracy)], leftOut: 0)
    #expect(evidence.isGuessing == isGuessing)
  }

  @Test(
    "few images held out, or images of nearly one class, cannot tell a guess",
    arguments: [(1, 1.0, false), (15, 0.93, false), (30, 0.1, true), (200, 0.5, true)])
  func tellingGuesses(images: Int, majority: Double, canTell: Bool) {
    let evidence = TrialsEvidence(
      share: 1, trainingImages: 1000, validationImages: images, epochs: 1, majorityShare: majority,
      trials: [Self.trial(majority)], leftOut: 0)
    #expect(evidence.canTellGuesses == canTell)
  }

  @Test("a run that diverged is the worst of all")
  func worst() {
    let diverged = TrialOutcome(
      learningRate: 1, weightDecay: 0, schedule: "constant", curve: Self.trial(0.99).curve, divergence: "in step 3")
    #expect(TrialOutcome.isWorse(diverged, Self.trial(0.1)))
    #expect(TrialOutcome.isWorse(Self.trial(0.1), Self.trial(0.2)))
  }

  @Test("a step's verdict follows from its faults and its advice")
  func verdicts() {
    #expect(StepOutcome(1, summary: "", evidence: .none).verdict == .sound)
    #expect(StepOutcome(1, summary: "", advice: ["x"], evidence: .none).verdict == .advice)
    #expect(StepOutcome(1, faults: [.deadUnits], summary: "", advice: ["x"], evidence: .none).verdict == .fault)
    #expect(StepOutcome(1, summary: "", isSkipped: true, evidence: .none).verdict == .skipped)
  }
}
