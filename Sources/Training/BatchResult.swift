/// What one batch gave.
public struct BatchResult: Hashable, Sendable {
  /// Samples of the batch.
  public var samples: Int
  /// Mean loss of a sample, weighted by class weights where there are such.
  public var loss: Double
  /// Samples whose largest logit is that of their label.
  public var correct: Int
}
