import InferenceRuntime

/// The result of one sample that went through a `BatchQueue`, with its times.
public struct BatchOutcome: Sendable {
  /// The output of the network for the sample; the logits of a classifier.
  public let output: Tensor
  /// The number of samples in the batch in which this sample was computed, its own included.
  public let batchSize: Int
  /// The time from entering the queue to the start of the batch.
  public let queueTime: Duration
  /// The time in which the whole batch was computed.
  public let computeTime: Duration
}
