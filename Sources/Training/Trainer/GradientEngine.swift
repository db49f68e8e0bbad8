/// What computes gradients: a `TrainingPlan`, or something simpler in tests of all that is around it.
public protocol GradientEngine: AnyObject {
  var parameters: ParameterStore { get }
  /// What each layer is computed with, where there was a choice, by layer and pass.
  var algorithms: [String: String] { get }

  /// As `TrainingPlan.computeGradients`.
  func computeGradients(_ batch: TrainingBatch, step: Int) -> BatchResult
}

extension TrainingPlan: GradientEngine {
  public var algorithms: [String: String] { [:] }
}
