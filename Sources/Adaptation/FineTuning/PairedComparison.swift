import Glibc

/// Two classifiers on the same images: whether the second is better by more than chance would make it.
public struct PairedComparison: Sendable {
  /// Images that both have classified.
  public let images: Int
  /// Share of the images that each classifies rightly.
  public let accuracies: (first: Double, second: Double)
  /// Of the difference of accuracies, which depends on the images that just one of the two classifies rightly.
  ///
  /// With a half added to each of the four counts of pairs (Agresti and Min, Simple improved confidence intervals for
  /// comparing matched proportions, 2005): one image alone is then no proof, however few there are.
  public let standardError: Double
  /// Mean cross-entropy of each, in nats.
  public let losses: (first: Double, second: Double)
  /// Of the difference of losses: that of the mean of the images' own differences.
  public let lossStandardError: Double

  /// - Parameters:
  ///   - first: scores of each class for each image.
  ///   - second: likewise.
  ///   - labels: one an image.
  public init(first: [[Float]], second: [[Float]], labels: [Int]) {
    precondition(first.count == labels.count && second.count == labels.count && !labels.isEmpty, "images without pair")
    let count = Double(labels.count)
    let right = zip(zip(first, second), labels).map { scores, label in
      (scores.0.isBest(label), scores.1.isBest(label))
    }
    let lost = zip(zip(first, second), labels).map { scores, label in
      (scores.0.crossEntropy(label), scores.1.crossEntropy(label))
    }
    images = labels.count
    accuracies = (Double(right.count(where: \.0)) / count, Double(right.count(where: \.1)) / count)
    standardError = Self.standardError(
      gained: right.count { !$0.0 && $0.1 }, lost: right.count { $0.0 && !$0.1 }, images: labels.count)
    losses = (lost.reduce(0) { $0 + $1.0 } / count, lost.reduce(0) { $0 + $1.1 } / count)
    let mean = losses.second - losses.first
    let squares = lost.reduce(0) { $0 + ($1.1 - $1.0 - mean) * ($1.1 - $1.0 - mean) }
    lossStandardError = (squares / max(count - 1, 1) / count).squareRoot()
  }

  static func standardError(gained: Int, lost: Int, images: Int) -> Double {
    let (gained, lost, count) = (Double(gained) + 0.5, Double(lost) + 0.5, Double(images) + 2)
    return (gained + lost - (gained - lost) * (gained - lost) / count).squareRoot() / count
  }

  private var gain: Double { accuracies.second - accuracies.first }
  private var isTied: Bool { accuracies.second == accuracies.first }
  private var lossGain: Double { losses.first - losses.second }

  /// Whether the second is better by more than the standard error; of equal accuracies, the losses decide likewise.
  public var prefersSecond: Bool { isTied ? lossGain > lossStandardError : gain > standardError }
}

extension PairedComparison {
  /// Why the second is taken or not, as a report says it, where the first is a head and the second fine-tuned.
  public var reason: String {
    (prefersSecond ? "Fine-tuning is taken. " : "The head alone is kept. ")
      + (isTied ? lossReason : accuracyReason)
  }

  private var accuracyReason: String {
    let change = "\(Self.number(abs(gain) * 100)) points"
    let comparison =
      if gain < 0 { "\(change) less" } else {
        "\(change) more, which is \(prefersSecond ? "" : "not ")beyond the standard error of the difference, "
          + "\(Self.number(standardError * 100)) points"
      }
    return "Of \(images) validation images the head classifies \(Self.number(accuracies.first * 100)) % rightly, "
      + "fine-tuned layers \(Self.number(accuracies.second * 100)) %: \(comparison)."
  }

  private var lossReason: String {
    "Of \(images) validation images both classify \(Self.number(accuracies.first * 100)) % rightly; the loss goes from "
      + "\(Self.number(losses.first, digits: 3)) to \(Self.number(losses.second, digits: 3)), a change that "
      + (prefersSecond ? "is for the better and beyond" : lossGain > 0 ? "is within" : "is not for the better, with")
      + " its standard error of \(Self.number(lossStandardError, digits: 3))."
  }

  private static func number(_ value: Double, digits: Int = 1) -> String {
    let factor = pow(10, Double(digits))
    return "\((value * factor).rounded() / factor)"
  }
}

extension [Float] {
  /// Whether the class has the highest score; of equal ones the first counts.
  func isBest(_ label: Int) -> Bool { firstIndex(of: self.max()!) == label }

  /// `log(sum(exp(scores))) - scores[label]`, in double precision.
  func crossEntropy(_ label: Int) -> Double {
    let largest = Double(self.max()!)
    return log(reduce(0) { $0 + exp(Double($1) - largest) }) + largest - Double(self[label])
  }
}
