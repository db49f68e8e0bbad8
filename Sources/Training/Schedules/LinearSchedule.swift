/// An even fall from the base rate to `end` of it; PyTorch's `LinearLR`.
public struct LinearSchedule: ScheduleShape {
  static let name = "linear"
  static let acceptedParameters = "END (0)"

  /// What is left of the rate at the end of the run.
  public let end: Double

  public init(end: Double = 0) {
    self.end = end
  }

  init?(parameters: [Double]) {
    guard parameters.count <= 1 else { return nil }
    let end = parameters.first ?? Self().end
    guard (0...1).contains(end) else { return nil }
    self.init(end: end)
  }

  var parameters: [Double] { self == Self() ? [] : [end] }

  func factor(at step: Double, of span: ScheduleSpan) -> Double { 1 + (end - 1) * step / span.totalSteps }
}
