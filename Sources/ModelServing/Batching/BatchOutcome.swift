import InferenceRuntime

/// What became of one sample.
public struct BatchOutcome: Sendable {
  public let output: Tensor
  /// Samples in the batch in which this one was computed.
  public let batchSize: Int
  public let queueTime: Duration
  public let computeTime: Duration
}
