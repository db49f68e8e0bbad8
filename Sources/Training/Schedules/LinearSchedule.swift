/// The rate falls by the same amount in every step, from the base rate to the share `end` of it; PyTorch's
/// `LinearLR`.
public struct LinearSchedule: ScheduleShape {
  static let name = "linear"
  static let acceptedParameters = "END (0)"

  /// The share of the base rate that is left at the end of the run, 0 to 1.
  public let end: Double

  /// A schedule that ends at the given share of the base rate.
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
