import Jobs

/// A line of `decisions.jsonl`: what a search decided, and what came of it. All else follows from these.
public enum DecisionEntry: Hashable, Sendable {
  /// A part of a trial begins.
  case run(TrialJob)
  /// A part of a trial has ended.
  case result(TrialJob, TrialResult)
  /// The test images were read, for the best trial.
  case test(TestResult)
}

/// What the best trial is worth on the test images.
public struct TestResult: Codable, Hashable, Sendable {
  public var trial: Int
  /// Epochs that it had come to.
  public var epochs: Int
  public var images: Int
  public var accuracy: Double
  public var loss: Double

  public init(trial: Int, epochs: Int, images: Int, accuracy: Double, loss: Double) {
    (self.trial, self.epochs, self.images) = (trial, epochs, images)
    (self.accuracy, self.loss) = (accuracy, loss)
  }

  enum CodingKeys: String, CodingKey {
    case trial, epochs, images
    case accuracy = "test_accuracy"
    case loss = "test_loss"
  }
}

extension DecisionEntry: Codable {
  private enum CodingKeys: String, CodingKey {
    case decision, trial, epochs, result
  }

  private enum Kind: String, Codable {
    case run, result, test
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .decision) {
    case .run: self = .run(try TrialJob(from: decoder))
    case .result: self = .result(try TrialJob(from: decoder), try container.decode(TrialResult.self, forKey: .result))
    case .test: self = .test(try container.decode(TestResult.self, forKey: .result))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .run(let job):
      try container.encode(Kind.run, forKey: .decision)
      try job.encode(to: encoder)
    case .result(let job, let result):
      try container.encode(Kind.result, forKey: .decision)
      try job.encode(to: encoder)
      try container.encode(result, forKey: .result)
    case .test(let result):
      try container.encode(Kind.test, forKey: .decision)
      try container.encode(result, forKey: .result)
    }
  }
}
