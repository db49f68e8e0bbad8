import Training

/// The seven steps of choosing hyperparameters: one guided run, with evidence and a verdict for each step.
///
/// J. Johnson, Deep Learning for Computer Vision (University of Michigan, EECS 498-007, 2019), lecture 11; A. Karpathy, CS231n,
/// Stanford. Everything is judged on images held out; the test images are never looked at.
public final class SevenSteps {
  private let bench: TuningBench
  private let request: TuningRequest
  private let meter: WorkMeter
  private let report: (TuningEvent) throws -> Void
  private var outcomes: [StepOutcome] = []
  private var begun = 0.0

  /// - Parameter report: is told what happens, on the calling thread; what it throws ends the run.
  public init(_ bench: TuningBench, _ request: TuningRequest, report: @escaping (TuningEvent) throws -> Void) {
    self.bench = bench
    self.request = request
    self.report = report
    meter = WorkMeter(seconds: bench.seconds, tell: report)
  }

  /// - Throws: `TuningError`; what reading images or making plans throws.
  public func run() throws {
    let session = try TuningSession(bench, request, meter)
    let situation = situation(speed: try session.speed())
    let planned = try TuningWork(situation)
    meter.plan(Self.parts(planned))
    try report(.planned(planned))
    try finish(InitialLossStep(session: session).run())
    try finish(SampleStep(session, planned).outcome())
    try finish(RatesStep(session: session, work: planned).run())
    let work = try adjusted(planned, situation)
    let trials = try TrialBench(session, work)
    let coarse = try CoarseStep(trials: trials).run(until: limit(0.55))
    try finish(coarse)
    guard !coarse.faults.contains(.labelsUnrelated) else { return try skip(from: 5) }
    let fine = try FineStep(trials: trials).run(until: limit(0.8))
    try finish(fine)
    guard case .fine(let evidence) = fine.evidence else { return }
    let curves = CurvesStep(classCount: bench.classCount, trials: evidence.trials)
    try finish(curves.run())
    try finish(ConclusionStep(trials: trials, fine: evidence, reading: curves.best).run(until: request.budgetSeconds))
  }

  /// What is left of the budget may be less than was planned.
  private func adjusted(_ planned: TuningWork, _ situation: TuningWork.Situation) throws -> TuningWork {
    let work = planned.adjusted(
      situation, speed: meter.speed ?? planned.imagesPerSecond, secondsLeft: request.budgetSeconds - bench.seconds())
    if work != planned { try report(.planned(work)) }
    return work
  }

  private func situation(speed: Double) -> TuningWork.Situation {
    TuningWork.Situation(
      imagesPerSecond: speed, budgetSeconds: request.budgetSeconds, trainingImages: bench.source.training.count,
      validationImages: bench.source.validation?.count ?? 0, classes: bench.classCount,
      batchSize: request.settings.batchSize, coarseCandidates: CoarseStep.candidateCount(request))
  }

  /// When the last candidate of a step has to be done: what comes behind it keeps its part.
  private func limit(_ part: Double) -> Double { request.budgetSeconds * part }

  private static func parts(_ work: TuningWork) -> [Double] {
    [
      0, Double(work.sampleImages * work.sampleEpochs),
      Double(TuningWork.rates * work.iterations * work.batchSize),
      work.epochPasses * Double(work.coarseCandidates * work.coarseEpochs),
      work.epochPasses * Double(work.fineCandidates * work.fineEpochs), 0, work.repeatPasses,
    ]
  }

  private func finish(_ outcome: StepOutcome) throws {
    var outcome = outcome
    outcome.seconds = bench.seconds() - begun
    begun = bench.seconds()
    outcomes.append(outcome)
    meter.finish(outcome.step)
    try report(.step(outcome))
  }

  private func skip(from first: Int) throws {
    for step in first...7 {
      try finish(
        StepOutcome(
          step, summary: "Left out: there is nothing to refine until step 4's fault is found.", isSkipped: true,
          evidence: .none))
    }
  }
}
