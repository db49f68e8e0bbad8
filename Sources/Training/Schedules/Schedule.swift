/// The course of the learning rate over the steps of a run.
public enum Schedule: Hashable, Sendable {
  /// The base rate in every step.
  case constant(ConstantSchedule)
  /// The rate falls by a factor at some steps.
  case step(StepSchedule)
  /// The rate falls by the same factor in every step.
  case exponential(ExponentialSchedule)
  /// The rate falls along half a wave of the cosine.
  case cosine(CosineSchedule)
  /// The rate falls by the same amount in every step.
  case linear(LinearSchedule)
  /// The rate falls with the inverse square root of the steps.
  case inverseSquareRoot(InverseSquareRootSchedule)
  /// The rate rises linearly to a peak and falls again.
  case oneCycle(OneCycleSchedule)

  var shape: any ScheduleShape {
    switch self {
    case .constant(let shape): shape
    case .step(let shape): shape
    case .exponential(let shape): shape
    case .cosine(let shape): shape
    case .linear(let shape): shape
    case .inverseSquareRoot(let shape): shape
    case .oneCycle(let shape): shape
    }
  }

  /// The learning rate of a step as a share of the base rate. It is a pure function of its arguments.
  ///
  /// In a warm-up of `n` steps, step `t` has `(t + 1) / (n + 1)` of the first rate of the schedule: gradual warm-up
  /// (Goyal et al., 2017, section 2.2), PyTorch's `LinearLR`. The schedule is spread over the steps after the
  /// warm-up.
  ///
  /// - Parameters:
  ///   - step: the number of the step from 0, or a place between two steps.
  ///   - span: the length of the run and of its warm-up.
  /// - Returns: the share of the base rate, from 0 to 1.
  public func factor(at step: Double, of span: ScheduleSpan) -> Double {
    // A warm-up that takes the whole run leaves nothing to be spread over.
    let rest = ScheduleSpan(totalSteps: max(span.totalSteps - span.warmUpSteps, 1), warmUpSteps: span.warmUpSteps)
    guard step < span.warmUpSteps else { return shape.factor(at: step - span.warmUpSteps, of: rest) }
    // Goyal et al., 2017, section 2.2, gradual warm-up: PyTorch's `LinearLR(start_factor=1 / (n + 1), total_iters=n)`.
    return shape.factor(at: 0, of: rest) * (step + 1) / (span.warmUpSteps + 1)
  }
}

/// The training steps that a schedule is spread over.
public struct ScheduleSpan: Hashable, Sendable {
  /// The number of steps of the whole run, the warm-up included.
  public var totalSteps: Double
  /// The number of steps of the warm-up, in which the rate rises linearly; 0 for none.
  public var warmUpSteps: Double

  /// A span of the given numbers of steps.
  public init(totalSteps: Double, warmUpSteps: Double = 0) {
    self.totalSteps = totalSteps
    self.warmUpSteps = warmUpSteps
  }
}

/// One kind of schedule, a file each.
protocol ScheduleShape: Hashable, Sendable {
  /// Name on the command line, such as `one-cycle`.
  static var name: String { get }
  /// What may follow the name after a colon, for messages.
  static var acceptedParameters: String { get }

  /// - Parameter parameters: the numbers after the name, which commas separate; empty if there is no colon.
  init?(parameters: [Double])
  /// As `init(parameters:)` takes them; empty where all are the defaults.
  var parameters: [Double] { get }

  /// The share of the base rate.
  ///
  /// - Parameters:
  ///   - step: from 0, counted from the end of the warm-up.
  ///   - span: `totalSteps` without the warm-up; `warmUpSteps` as they were.
  func factor(at step: Double, of span: ScheduleSpan) -> Double
}
