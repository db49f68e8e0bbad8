/// What computes gradients: a `TrainingPlan`, or something simpler in tests of all that is around it.
public protocol GradientEngine: AnyObject {
  var parameters: ParameterStore { get }
  /// What each layer is computed with, where there was a choice, by layer and pass.
  var algorithms: [String: String] { get }

  /// As `TrainingPlan.computeGradients`.
  func computeGradients(_ batch: TrainingBatch, step: Int) -> BatchResult
}

/// A plan, and the algorithms that it was made with.
final class PlanEngine: GradientEngine {
  let algorithms: [String: String]
  private let plan: TrainingPlan

  init(_ plan: TrainingPlan, _ choices: AlgorithmChoices) {
    self.plan = plan
    algorithms = choices.usedEntries
  }

  var parameters: ParameterStore { plan.parameters }

  func computeGradients(_ batch: TrainingBatch, step: Int) -> BatchResult { plan.computeGradients(batch, step: step) }
}
