import Drawings
import Training

/// The losses of single steps at one rate.
public struct RateAttempt: Hashable, Sendable, Encodable {
  public let learningRate: Double
  /// Of each step, until one was no number.
  public let losses: [Double]
  public let hasDiverged: Bool
  /// The median of the last fifth; nothing after a divergence.
  public let lastLoss: Double?
  /// Whether the loss ends below that of a guess.
  public let falls: Bool

  init(learningRate: Double, losses: [Double], hasDiverged: Bool, guess: Double) {
    self.learningRate = learningRate
    self.losses = losses
    self.hasDiverged = hasDiverged
    let last = hasDiverged || losses.isEmpty ? nil : Statistics.median(losses.suffix(max(5, losses.count / 5)))
    lastLoss = last
    falls = last.map { $0 < RatesStep.fallenPart * guess } ?? false
  }

  private enum CodingKeys: String, CodingKey {
    case losses, falls
    case learningRate = "learning_rate"
    case hasDiverged = "has_diverged"
    case lastLoss = "last_loss"
  }
}

public struct RatesEvidence: Hashable, Sendable, Encodable {
  public let iterations: Int
  public let weightDecay: Double
  public let guess: Double
  /// The lowest rate first.
  public let attempts: [RateAttempt]
  /// What the next step begins with.
  public let chosenRate: Double

  private enum CodingKeys: String, CodingKey {
    case iterations, guess, attempts
    case weightDecay = "weight_decay"
    case chosenRate = "chosen_rate"
  }
}

/// Step 3: of some rates the one that makes the loss of all training images fall most within a hundred steps; weight decay is
/// small.
struct RatesStep {
  let session: TuningSession
  let work: TuningWork

  static let rates = [1e-1, 1e-2, 1e-3, 1e-4]
  static let smallDecay = 1e-4
  /// A loss below this part of a guess's has fallen.
  static let fallenPart = 0.97

  func run() throws -> StepOutcome {
    let given = ownRate
    let rates = Set(Self.rates + [given].compactMap(\.self)).sorted()
    let attempts = try rates.map(attempt)
    session.learnsUnseenImages = attempts.contains(where: learnsUnseenImages)
    let fallen = attempts.filter(\.falls)
    let best = (fallen.isEmpty ? attempts.filter { !$0.hasDiverged } : fallen).min { $0.lastLoss! < $1.lastLoss! }
    let own = attempts.first { $0.learningRate == given }
    let (faults, advice) = judge(own, best: fallen.isEmpty ? nil : best)
    session.settings.learningRate = chosen(own, best)
    return StepOutcome(
      3, faults: faults, summary: summary(fallen, best), advice: advice,
      evidence: .rates(
        RatesEvidence(
          iterations: work.iterations, weightDecay: Self.smallDecay, guess: guess, attempts: attempts,
          chosenRate: session.settings.learningRate)))
  }

  private var guess: Double { session.bench.labelEntropy }

  /// Within the first epoch each image comes for the first time: a loss that falls there is not that of images known by heart.
  private func learnsUnseenImages(_ attempt: RateAttempt) -> Bool {
    let first = attempt.losses.prefix(session.bench.source.training.count / session.settings.batchSize)
    guard !attempt.hasDiverged, first.count >= 10 else { return false }
    return Statistics.median(first.suffix(max(5, first.count / 5))) < 0.9 * guess
  }

  /// The user's, unless step 2 has found it at fault.
  private var ownRate: Double? {
    let asked = session.request.settings.learningRate
    return session.request.given.contains(.learningRate) && session.settings.learningRate == asked ? asked : nil
  }

  /// The user's own rate, where it makes the loss fall nearly as far as the best does.
  private func chosen(_ own: RateAttempt?, _ best: RateAttempt?) -> Double {
    guard let best, let lowest = best.lastLoss else { return session.settings.learningRate }
    if let own, own.falls, let last = own.lastLoss, guess - last > 0.8 * (guess - lowest) { return own.learningRate }
    return best.learningRate
  }

  private func judge(_ own: RateAttempt?, best: RateAttempt?) -> ([TuningFault], [String]) {
    guard let best else {
      return (
        [],
        [
          "No rate lowers the loss below that of a guess within \(work.iterations) steps. Step 4 shows on images held out "
            + "whether the labels can be learned at all."
        ]
      )
    }
    guard let own, !own.falls else { return ([], []) }
    let isTooHigh = own.learningRate > best.learningRate
    return (
      [isTooHigh ? .rateTooHigh : .rateTooLow],
      [
        "At the given rate of \(RateText.of(own.learningRate)) the loss does not fall within \(work.iterations) steps: take "
          + "\(RateText.of(best.learningRate)). The next steps do."
      ]
    )
  }

  private func summary(_ fallen: [RateAttempt], _ best: RateAttempt?) -> String {
    guard !fallen.isEmpty, let best, let last = best.lastLoss else {
      return
        "At none of the rates did the loss of \(work.iterations) steps fall below \(Numbers.fixed(guess, 3)), that of "
        + "a guess."
    }
    let rates = fallen.map { RateText.of($0.learningRate) }.joined(separator: ", ")
    return "Within \(work.iterations) steps the loss falls at the rates \(rates), farthest at "
      + "\(RateText.of(best.learningRate)): from \(Numbers.fixed(session.initialLoss, 3)) to \(Numbers.fixed(last, 3)). "
      + "The next step begins at \(RateText.of(session.settings.learningRate))."
  }

  private func attempt(_ rate: Double) throws -> RateAttempt {
    let run = try session.begin(weightDecay: Self.smallDecay)
    let stream = try session.stream(session.bench.source.training, batchSize: session.settings.batchSize)
    var losses: [Double] = []
    for step in 0..<work.iterations {
      let result = run.learn(try stream.next(), rate: rate)
      guard result.loss.isFinite else {
        return RateAttempt(learningRate: rate, losses: losses, hasDiverged: true, guess: guess)
      }
      losses.append(result.loss)
      try session.advance(Double(result.samples), "rate \(RateText.of(rate)), step \(step + 1) of \(work.iterations)")
    }
    return RateAttempt(learningRate: rate, losses: losses, hasDiverged: false, guess: guess)
  }
}
