/// The rate is multiplied by `factor` at each milestone: He et al., 2015, section 4.2, took a tenth at half and at
/// three quarters of the steps; PyTorch's `MultiStepLR`.
public struct StepSchedule: ScheduleShape {
  static let name = "step"
  static let acceptedParameters = "FACTOR,SHARE,SHARE... (0.1,0.5,0.75)"

  /// The factor at each milestone, above 0 and at most 1.
  public let factor: Double
  /// The milestones as shares of the run's steps, above 0 and below 1, ascending.
  public let milestones: [Double]

  /// A schedule of the given factor and milestones.
  public init(factor: Double = 0.1, milestones: [Double] = [0.5, 0.75]) {
    self.factor = factor
    self.milestones = milestones
  }

  init?(parameters: [Double]) {
    guard let factor = parameters.first else {
      self.init()
      return
    }
    let milestones = Array(parameters.dropFirst())
    let isRising = zip(milestones, milestones.dropFirst()).allSatisfy(<)
    guard factor > 0, factor <= 1, !milestones.isEmpty, isRising, milestones.allSatisfy({ $0 > 0 && $0 < 1 }) else {
      return nil
    }
    self.init(factor: factor, milestones: milestones)
  }

  var parameters: [Double] { self == StepSchedule() ? [] : [factor] + milestones }

  func factor(at step: Double, of span: ScheduleSpan) -> Double {
    milestones.reduce(1) { $1 * span.totalSteps <= step ? $0 * factor : $0 }
  }
}
