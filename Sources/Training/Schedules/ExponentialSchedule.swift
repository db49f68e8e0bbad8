import Glibc

/// The rate falls by the same share in every step, down to `end` of it after the last: `end^(t / T)`. PyTorch's
/// `ExponentialLR` with `gamma = end^(1 / T)`.
public struct ExponentialSchedule: ScheduleShape {
  static let name = "exponential"
  static let acceptedParameters = "END (0.01)"

  /// What is left of the rate at the end of the run.
  public let end: Double

  public init(end: Double = 0.01) {
    self.end = end
  }

  init?(parameters: [Double]) {
    guard parameters.count <= 1 else { return nil }
    let end = parameters.first ?? Self().end
    guard end > 0, end <= 1 else { return nil }
    self.init(end: end)
  }

  var parameters: [Double] { self == Self() ? [] : [end] }

  func factor(at step: Double, of span: ScheduleSpan) -> Double { pow(end, step / span.totalSteps) }
}
