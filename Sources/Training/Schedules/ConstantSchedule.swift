/// The base rate in every step.
public struct ConstantSchedule: ScheduleShape {
  static let name = "constant"
  static let acceptedParameters = ""

  /// A schedule without parameters.
  public init() {}

  init?(parameters: [Double]) {
    guard parameters.isEmpty else { return nil }
  }

  var parameters: [Double] { [] }

  func factor(at step: Double, of span: ScheduleSpan) -> Double { 1 }
}
