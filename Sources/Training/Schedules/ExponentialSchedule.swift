import Glibc

/// The rate falls by the same factor in every step, down to the share `end` after the last step: `end^(t / T)` in
/// step `t` of `T`. PyTorch's `ExponentialLR` with `gamma = end^(1 / T)`.
public struct ExponentialSchedule: ScheduleShape {
  static let name = "exponential"
  static let acceptedParameters = "END (0.01)"

  /// The share of the base rate that is left at the end of the run, above 0 and at most 1.
  public let end: Double

  /// A schedule that ends at the given share of the base rate.
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
