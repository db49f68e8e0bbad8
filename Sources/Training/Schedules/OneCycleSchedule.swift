/// A triangle: the rate rises linearly from 1/25 of the base rate to the base rate, and then falls linearly to
/// 1/250,000 of it. Smith and Topin: Super-Convergence, 2018; PyTorch's `OneCycleLR` with `anneal_strategy="linear"`
/// and its defaults.
public struct OneCycleSchedule: ScheduleShape {
  static let name = "one-cycle"
  static let acceptedParameters = "PEAK (0.3)"

  /// The place of the highest rate, as a share of the run's steps, above 0 and below 1.
  public let peak: Double

  private static let start = 1.0 / 25
  private static let end = start / 10_000

  /// A schedule with its peak at the given share of the run.
  public init(peak: Double = 0.3) {
    self.peak = peak
  }

  init?(parameters: [Double]) {
    guard parameters.count <= 1 else { return nil }
    let peak = parameters.first ?? Self().peak
    guard peak > 0, peak < 1 else { return nil }
    self.init(peak: peak)
  }

  var parameters: [Double] { self == Self() ? [] : [peak] }

  func factor(at step: Double, of span: ScheduleSpan) -> Double {
    // The first and the last step have the lowest rates. Even a run of a few steps has a peak.
    let last = max(span.totalSteps - 1, 1)
    let top = min(max(peak * span.totalSteps - 1, 0), last)
    if step < top { return Self.start + (1 - Self.start) * step / top }
    guard last > top else { return 1 }
    return 1 + (Self.end - 1) * min((step - top) / (last - top), 1)
  }
}
