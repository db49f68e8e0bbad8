public import Training

/// What the seven steps are asked about.
public struct TuningRequest: Hashable, Sendable {
  /// Everything about a run; rate and weight decay are where the search begins. Epochs and schedule are the steps' own.
  public var settings: TrainingSettings
  /// What the user has set: the steps judge it, and say what they would take instead.
  public var given: Set<Choice>
  public var budgetSeconds: Double

  public enum Choice: String, Hashable, Sendable {
    case learningRate, weightDecay, initialization, preprocessing
  }

  public init(settings: TrainingSettings, given: Set<Choice>, budgetSeconds: Double) {
    self.settings = settings
    self.given = given
    self.budgetSeconds = budgetSeconds
  }
}
