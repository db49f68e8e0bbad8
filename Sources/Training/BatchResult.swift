/// The loss and the accuracy of one training batch.
public struct BatchResult: Hashable, Sendable {
  /// The number of samples in the batch.
  public var samples: Int
  /// The mean loss in nats, with label smoothing. With class weights it is the weighted mean, divided by the sum of
  /// the labels' weights.
  public var loss: Double
  /// The number of samples whose largest logit is that of their label.
  public var correct: Int
}
