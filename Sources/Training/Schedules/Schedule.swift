/// How the learning rate goes from the first step of a run to the last.
public enum Schedule: Hashable, Sendable {
  case constant(ConstantSchedule)
  case step(StepSchedule)
  case exponential(ExponentialSchedule)
  case cosine(CosineSchedule)
  case linear(LinearSchedule)
  case inverseSquareRoot(InverseSquareRootSchedule)
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

  /// The share of the base rate at one step: a pure function of where in the run it is.
  ///
  /// - Parameters:
  ///   - step: number of the step from 0, or any place between two.
  ///   - span: how long the run is.
  public func factor(at step: Double, of span: ScheduleSpan) -> Double {
    // A warm-up that takes the whole run leaves nothing to be spread over.
    let rest = ScheduleSpan(totalSteps: max(span.totalSteps - span.warmUpSteps, 1), warmUpSteps: span.warmUpSteps)
    guard step < span.warmUpSteps else { return shape.factor(at: step - span.warmUpSteps, of: rest) }
    // Goyal et al., 2017, section 2.2, gradual warm-up: PyTorch's `LinearLR(start_factor=1 / (n + 1), total_iters=n)`.
    return shape.factor(at: 0, of: rest) * (step + 1) / (span.warmUpSteps + 1)
  }
}

/// The steps that a schedule is spread over.
public struct ScheduleSpan: Hashable, Sendable {
  /// Steps of the whole run; those of the warm-up, if there is one, are among them.
  public var totalSteps: Double
  /// Steps in which the rate rises evenly from next to nothing, before anything else.
  public var warmUpSteps: Double

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

  /// - Parameter parameters: what stood after the name, divided at the commas; nothing where no colon did.
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
