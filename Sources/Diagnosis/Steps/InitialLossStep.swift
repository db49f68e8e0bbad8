import Drawings
import ImageInput
import Training

/// What a network sees and says before it has learned anything.
public struct InitialLook: Hashable, Sendable, Encodable {
  public let initialization: String
  /// Mean cross-entropy; nothing where it is no number.
  public let loss: Double?
  /// Of the values that the network takes.
  public let inputMean: Double
  public let inputDeviation: Double

  private enum CodingKeys: String, CodingKey {
    case initialization, loss
    case inputMean = "input_mean"
    case inputDeviation = "input_deviation"
  }

  /// Whether inputs are about as large as those that initialisations are made for.
  var hasNormalisedInputs: Bool {
    abs(inputMean) < Self.largestInput && (Self.smallestDeviation...Self.largestInput).contains(inputDeviation)
  }

  private static let largestInput = 8.0
  private static let smallestDeviation = 0.02

  /// How near the loss is to that of a guess.
  enum Nearness {
    case near
    /// Outputs differ much before anything is learned. That costs some steps, and does no harm.
    case above
    /// First weights that are far too large; or a loss that knows the labels.
    case far
  }

  func nearness(to guess: Double) -> Nearness {
    guard let loss, loss >= 0.6 * guess, loss <= guess + 10 else { return .far }
    return loss <= 1.5 * guess + 1.5 ? .near : .above
  }
}

public struct InitialLossEvidence: Hashable, Sendable, Encodable {
  public let classes: Int
  /// log C
  public let expectedLoss: Double
  public let images: Int
  /// As the user has it, and then with each thing that was taken instead.
  public let looks: [InitialLook]

  private enum CodingKeys: String, CodingKey {
    case classes, images, looks
    case expectedLoss = "expected_loss"
  }
}

/// Step 1: the loss before any step, without weight decay and label smoothing, beside log C: what a guess among C classes costs.
struct InitialLossStep {
  let session: TuningSession

  func run() throws -> StepOutcome {
    var looks = [try session.look()]
    var (faults, advice): ([TuningFault], [String]) = ([], [])
    if !looks[0].hasNormalisedInputs {
      faults.append(.inputsNotNormalised)
      advice.append(
        "Normalise the images: subtract their mean and divide by their deviation (\"mean\", \"std\" and \"scale\" of "
          + "--preprocessing). The next steps use the usual preprocessing.")
      session.settings.preprocessing = session.usualPreprocessing
      looks.append(try session.look())
    }
    let nearness = looks[looks.count - 1].nearness(to: expected)
    if nearness == .above { advice.append(Self.aboveAdvice) }
    if nearness == .far {
      faults.append(.initialisationOutOfScale)
      let usual = session.usualInitialization
      advice.append(
        "Take other first weights: --initialization \(usual) is what suits this network. The next steps use it.")
      session.settings.initialization = usual
      looks.append(try session.look())
    }
    session.initialLoss = looks[looks.count - 1].loss ?? expected
    return StepOutcome(
      1, faults: faults, summary: summary(looks, faults), advice: advice,
      evidence: .initialLoss(
        InitialLossEvidence(
          classes: session.bench.classCount, expectedLoss: expected, images: session.lookedAt, looks: looks)))
  }

  private static let aboveAdvice =
    "The first outputs differ more than those of a guess, so that the first steps only take that back: smaller weights in the "
    + "last layer would spare them."

  private var expected: Double { Double(session.bench.classCount).logarithm }

  private func summary(_ looks: [InitialLook], _ faults: [TuningFault]) -> String {
    let first = looks[0]
    let loss = first.loss.map { Numbers.fixed($0, 3) } ?? "no number"
    let beside =
      "The first loss is \(loss); a guess among \(session.bench.classCount) classes costs log C = "
      + "\(Numbers.fixed(expected, 3))."
    let inputs =
      faults.contains(.inputsNotNormalised)
      ? " The network's inputs have mean \(Numbers.short(first.inputMean)) and deviation "
        + "\(Numbers.short(first.inputDeviation)), where about 0 and 1 is meant: the normalisation is missing." : ""
    let weights =
      faults.contains(.initialisationOutOfScale)
      ? " That is far off: the first weights (\(first.initialization)) are of the wrong scale." : ""
    let replaced =
      looks.count > 1
      ? " With what is taken instead it is \(looks[looks.count - 1].loss.map { Numbers.fixed($0, 3) } ?? "no number")."
      : ""
    return beside + inputs + weights + replaced
  }
}
