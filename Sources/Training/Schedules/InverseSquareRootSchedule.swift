/// The rate falls as `1 / sqrt(1 + t / s)` in step `t` after the warm-up: Vaswani et al., 2017, equation 3. There `s`
/// is the length of the warm-up in steps. Without a warm-up, `s` is the share `timeScale` of the run.
public struct InverseSquareRootSchedule: ScheduleShape {
  static let name = "inverse-square-root"
  static let acceptedParameters = "SHARE (0.05)"

  /// The share of the run after which the rate has fallen to `1 / sqrt(2)`, above 0 and at most 1. It counts without
  /// a warm-up only.
  public let timeScale: Double

  /// A schedule of the given time scale.
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
