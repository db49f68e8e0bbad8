import Drawings
import NetworkGraph
import Training

/// Step 2: a small sample is to be learned by heart, all regularisation off.
///
/// A loss that does not fall, and one that explodes, both come from the rate or from the first weights. Other rates, and then
/// other weights, tell which: whatever lets the sample be learned is what was wrong.
final class SampleStep {
  private let session: TuningSession
  private let work: TuningWork
  private let sample: any DataSet
  private let run: StepRun
  private var attempts: [SampleAttempt] = []
  private var faults: [TuningFault] = []
  private var advice: [String] = []
  private var sentences: [String] = []

  init(_ session: TuningSession, _ work: TuningWork) throws {
    self.session = session
    self.work = work
    sample = try TuningBench.share(
      session.bench.source.training, count: work.sampleImages, seed: session.settings.seed)
    run = try StepRun(
      session.bench, batchSize: work.sampleBatch, weights: try session.initialWeights(),
      optimizer: session.optimizer(weightDecay: 0), seed: session.settings.seed)
  }

  func outcome() throws -> StepOutcome {
    let silence = try silence()
    if silence.silent == silence.tensors { try judgeSilence(silence) }
    try judgeRate()
    return StepOutcome(
      2, faults: faults, summary: sentences.joined(separator: " "), advice: advice,
      evidence: .sample(
        SampleEvidence(
          images: work.sampleImages, batchSize: work.sampleBatch, mostEpochs: work.sampleEpochs,
          guess: session.bench.labelEntropy, weightTensors: silence.tensors, tensorsWithoutGradient: silence.silent,
          attempts: attempts)))
  }

  // MARK: First weights without gradients

  private func silence() throws -> (tensors: Int, silent: Int) {
    run.restart(try session.initialWeights(), session.optimizer(weightDecay: 0))
    _ = run.look(try session.stream(sample, batchSize: work.sampleBatch).next())
    return run.silence
  }

  /// No rate changes weights that have no gradient.
  private func judgeSilence(_ silence: (tensors: Int, silent: Int)) throws {
    _ = try attempt(rate: usualRate)
    let isUniform = try session.initialWeights().areUniform(in: run.store)
    faults.append(isUniform ? .initialisationUniform : .deadUnits)
    sentences.append(
      "With the first weights \(session.settings.initialization) the loss does not fall, and none of the "
        + "\(silence.tensors) weight tensors has a gradient: "
        + (isUniform
          ? "all weights of a layer are equal, so that its units are too."
          : "no unit is active on any image; the units are dead."))
    takeUsualInitialization()
  }

  private func takeUsualInitialization() {
    let usual = session.usualInitialization
    advice.append("Take --initialization \(usual). The next steps use it.")
    session.settings.initialization = usual
  }

  // MARK: Rates

  private func judgeRate() throws {
    let first = try attempt(rate: usualRate)
    if first.learns { return try told(first) }
    if let learned = try firstThatLearns(after: first) { return blameRate(first, learned) }
    guard session.settings.initialization != session.usualInitialization else { return blameNothing(first) }
    let unsuitable = session.settings.initialization
    takeUsualInitialization()
    let again = try attempt(rate: usualRate)
    let learned = again.learns ? again : try firstThatLearns(after: again)
    guard let learned else { return blameNothing(first) }
    faults.append(.initialisationUnsuitable)
    sentences.append(
      "\(text(first)) No other rate helps, but other first weights than \(unsuitable) do: \(text(learned))")
  }

  /// The user's, or what is usual for the optimiser and the batch.
  private var usualRate: Double { session.settings.learningRate }

  private var isGiven: Bool { session.request.given.contains(.learningRate) }

  /// Lower rates where the loss exploded, all where it is flat; the next one first.
  private func firstThatLearns(after failed: SampleAttempt) throws -> SampleAttempt? {
    let others = RatesStep.rates.filter { max($0 / failed.learningRate, failed.learningRate / $0) > 2 }
      .filter { failed.outcome == .flat || $0 < failed.learningRate }
      .sorted { distance($0, failed.learningRate) < distance($1, failed.learningRate) }
    for rate in others {
      let made = try attempt(rate: rate)
      if made.learns { return made }
    }
    return nil
  }

  private func distance(_ first: Double, _ second: Double) -> Double { abs((first / second).logarithm) }

  private func blameRate(_ failed: SampleAttempt, _ learned: SampleAttempt) {
    let isTooHigh = failed.learningRate > learned.learningRate
    sentences.append("\(text(failed)) \(text(learned))")
    session.settings.learningRate = learned.learningRate
    guard isGiven else { return }
    faults.append(isTooHigh ? .rateTooHigh : .rateTooLow)
    sentences.append(
      "So the rate is too \(isTooHigh ? "high" : "low"); the first weights are not to blame.")
    advice.append(
      "Take a rate near \(RateText.of(learned.learningRate)) instead of \(RateText.of(failed.learningRate)). The next "
        + "steps do.")
  }

  private func blameNothing(_ failed: SampleAttempt) {
    faults.append(.sampleNotLearned)
    sentences.append("\(text(failed)) Neither other rates nor other first weights change that.")
    advice.append(
      "Look at the images and labels of a few samples, and try a larger network or another optimiser: what cannot be "
        + "learned by heart cannot be learned at all.")
  }

  private func told(_ attempt: SampleAttempt) throws {
    sentences.append(text(attempt))
    guard attempt.outcome == .falling else { return }
    advice.append(
      "The loss falls well, but \(work.sampleEpochs) epochs did not suffice for every image; a larger --budget allows "
        + "more.")
  }

  private func text(_ attempt: SampleAttempt) -> String {
    let rate = "At a rate of \(RateText.of(attempt.learningRate)) "
    let last = attempt.losses.last.map { Numbers.fixed($0, 3) } ?? "no number"
    let epochs = Phrase.counted(attempt.losses.count, "epoch")
    switch attempt.outcome {
    case .fitted: return rate + "all \(work.sampleImages) images of the sample are right after \(epochs)."
    case .falling:
      return rate
        + "the loss falls to \(last) in \(epochs), \(Numbers.cautiousPercent(attempt.accuracy)) of the sample right."
    case .flat:
      return rate + "the loss of the sample does not fall: \(last) after \(epochs), where a guess costs "
        + "\(Numbers.fixed(session.bench.labelEntropy, 3))."
    case .exploded: return rate + "the loss explodes: \(last) after \(epochs)."
    }
  }

  // MARK: An attempt

  private func attempt(rate: Double) throws -> SampleAttempt {
    run.restart(try session.initialWeights(), session.optimizer(weightDecay: 0))
    let stream = try session.stream(sample, batchSize: work.sampleBatch)
    let guess = session.bench.labelEntropy
    var (losses, accuracy, isFinite) = ([Double](), 0.0, true)
    while isFinite, losses.count < work.sampleEpochs, accuracy < 1,
      !SampleAttempt.isHopeless(
        losses: losses, of: work.sampleEpochs, initial: session.initialLoss, guess: guess)
    {
      let epoch = try epoch(stream, rate: steppedRate(rate), number: losses.count + 1)
      isFinite = epoch.loss.isFinite
      if isFinite { losses.append(epoch.loss) }
      accuracy = epoch.accuracy
    }
    let made = SampleAttempt(
      learningRate: rate, initialization: session.settings.initialization.description,
      outcome: SampleAttempt.outcome(
        losses: losses, accuracy: accuracy, isFinite: isFinite, initial: session.initialLoss, guess: guess),
      losses: losses, accuracy: accuracy)
    attempts.append(made)
    return made
  }

  /// Rates are those of the run's batches: of smaller ones they are smaller in proportion, but for optimisers that adapt them
  /// (Goyal et al., 2017, section 2.1).
  private func steppedRate(_ rate: Double) -> Double {
    switch session.settings.optimizer.name {
    case .sgd, .momentum, .nesterov: rate * Double(work.sampleBatch) / Double(session.settings.batchSize)
    case .rmsprop, .adam, .adamw: rate
    }
  }

  private func epoch(_ stream: BatchStream, rate: Double, number: Int) throws -> (loss: Double, accuracy: Double) {
    var (loss, correct, seen) = (0.0, 0, 0)
    for _ in 0..<stream.epochLength {
      let result = run.learn(try stream.next(), rate: rate)
      guard result.loss.isFinite else { return (result.loss, 0) }
      loss += result.loss * Double(result.samples)
      correct += result.correct
      seen += result.samples
      try session.advance(Double(result.samples), "a small sample by heart, epoch \(number)")
    }
    return (loss / Double(seen), Double(correct) / Double(seen))
  }
}
