/// `1 / sqrt(1 + t / s)`: Vaswani et al., 2017, equation 3, where `s` is the length of the warm-up, so that the rate falls
/// as the inverse root of all steps so far. Without a warm-up, `s` is a share of the run.
public struct InverseSquareRootSchedule: ScheduleShape {
  static let name = "inverse-square-root"
  static let acceptedParameters = "SHARE (0.05)"

  /// Without a warm-up: after this share of the run, the rate has fallen to `1 / sqrt(2)`.
  public let timeScale: Double

  public init(timeScale: Double = 0.05) {
    self.timeScale = timeScale
  }

  init?(parameters: [Double]) {
    guard parameters.count <= 1 else { return nil }
    let timeScale = parameters.first ?? Self().timeScale
    guard timeScale > 0, timeScale <= 1 else { return nil }
    self.init(timeScale: timeScale)
  }

  var parameters: [Double] { self == Self() ? [] : [timeScale] }

  func factor(at step: Double, of span: ScheduleSpan) -> Double {
    let scale = span.warmUpSteps > 0 ? span.warmUpSteps : timeScale * span.totalSteps
    return 1 / (1 + step / scale).squareRoot()
  }
}
