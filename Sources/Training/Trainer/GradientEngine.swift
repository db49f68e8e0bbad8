/// A way to compute gradients: a `TrainingPlan`, or a simpler engine in tests of the trainer.
public protocol GradientEngine: AnyObject {
  /// The parameters that gradients are computed for.
  var parameters: ParameterStore { get }
  /// The algorithm of each pass of each layer, if there was a choice, by pass and shape
  /// (`AlgorithmChoices.usedEntries`).
  var algorithms: [String: String] { get }

  /// Computes the gradients of a batch, as `TrainingPlan.computeGradients` does.
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
