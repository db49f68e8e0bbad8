import Glibc

/// One number that logits are divided by so that probabilities can be believed: Guo et al., On Calibration of Modern Neural
/// Networks, 2017, section 4.2.
enum Temperature {
  private static let range = -4.0...6.0

  /// The temperature of the smallest mean cross-entropy, of logits that no label here has shaped.
  ///
  /// The loss has one minimum over log T wherever a label is not the best class of all images; else the end of the range is
  /// taken: e^-4 to e^6. Golden section, to four digits.
  static func fit(_ logits: [[Float]], labels: [Int]) -> Double {
    guard !logits.isEmpty else { return 1 }
    func loss(_ logarithm: Double) -> Double {
      zip(logits, labels).reduce(0) { $0 + Probabilities.loss($1.0, label: $1.1, temperature: exp(logarithm)) }
        + belief * logarithm * logarithm
    }
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (range.lowerBound, range.upperBound)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (leftLoss, rightLoss) = (loss(left), loss(right))
    while high - low > 1e-4 {
      if leftLoss < rightLoss {
        (high, right, rightLoss) = (right, left, leftLoss)
        left = high - ratio * (high - low)
        leftLoss = loss(left)
      } else {
        (low, left, leftLoss) = (left, right, rightLoss)
        right = low + ratio * (high - low)
        rightLoss = loss(right)
      }
    }
    return exp((low + high) / 2)
  }

  /// The weight of the square of log T beside the sum of losses: a belief that logits are nearly right as they are.
  ///
  /// Temperatures of folders of 149 to 268 photos lay between 0.5 and 1.75: a standard deviation of log T of a half, which is
  /// this weight. Among so many images it changes nothing; among thirty of which none is wrong any temperature near 0 would
  /// do, and all probabilities would become 1.
  private static let belief = 2.0
}
