/// The base rate from the first step to the last.
public struct ConstantSchedule: ScheduleShape {
  static let name = "constant"
  static let acceptedParameters = ""

  public init() {}

  init?(parameters: [Double]) {
    guard parameters.isEmpty else { return nil }
  }

  var parameters: [Double] { [] }

  func factor(at step: Double, of span: ScheduleSpan) -> Double { 1 }
}
