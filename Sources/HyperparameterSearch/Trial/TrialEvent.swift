import Jobs
import Training

/// What a trial tells while it goes on. The last event says how it ended.
public enum TrialEvent: Hashable, Sendable {
  /// - done: epochs of an earlier part of the trial, which are not trained again.
  case started(done: Int, epochs: Int, trainingImages: Int, validationImages: Int)
  case epoch(EpochRecord)
  /// The checkpoint is kept, and the trial goes on from there when it is asked to.
  case paused(TrialMetric)
  case done(TrialMetric)
  /// The loss became infinite or no number: a result, not an error.
  case diverged(epoch: Int, message: String)
  case failed(message: String)

  /// How the trial ended, where this says so.
  public var result: TrialResult? {
    switch self {
    case .started, .epoch: nil
    case .paused(let metric): TrialResult(.paused, epochs: metric.epochs, metric: metric)
    case .done(let metric): TrialResult(.done, epochs: metric.epochs, metric: metric)
    case .diverged(let epoch, let message): TrialResult(.diverged, epochs: epoch, message: message)
    case .failed(let message): TrialResult(.failed, epochs: 0, message: message)
    }
  }
}

/// What the weights that a trial has come to are worth on the validation images.
public struct TrialMetric: Codable, Hashable, Sendable {
  public var epochs: Int
  public var accuracy: Double
  public var loss: Double

  public init(epochs: Int, accuracy: Double, loss: Double) {
    (self.epochs, self.accuracy, self.loss) = (epochs, accuracy, loss)
  }

  /// A higher accuracy; of equal ones, the lower loss.
  public func isBetter(than other: TrialMetric) -> Bool {
    (accuracy, -loss) > (other.accuracy, -other.loss)
  }

  enum CodingKeys: String, CodingKey {
    case epochs
    case accuracy = "validation_accuracy"
    case loss = "validation_loss"
  }
}

/// How a trial, or a part of one, ended.
public struct TrialResult: Codable, Hashable, Sendable {
  public enum Status: String, Codable, Sendable {
    case paused, done, diverged, failed
  }

  public var status: Status
  /// Epochs that it has come to; of a trial that diverged, the one in which it did.
  public var epochs: Int
  public var accuracy: Double?
  public var loss: Double?
  public var message: String?

  public init(_ status: Status, epochs: Int, metric: TrialMetric? = nil, message: String? = nil) {
    (self.status, self.epochs, self.message) = (status, epochs, message)
    (accuracy, loss) = (metric?.accuracy, metric?.loss)
  }

  public var metric: TrialMetric? {
    guard let accuracy, let loss else { return nil }
    return TrialMetric(epochs: epochs, accuracy: accuracy, loss: loss)
  }

  enum CodingKeys: String, CodingKey {
    case status, epochs, message
    case accuracy = "validation_accuracy"
    case loss = "validation_loss"
  }
}

// MARK: JSON lines

extension TrialEvent {
  /// The line's object.
  public var json: JSONValue {
    switch self {
    case .started(let done, let epochs, let training, let validation):
      Self.object(
        "started",
        [
          "epochs_done": .integer(done), "epochs": .integer(epochs), "training_images": .integer(training),
          "validation_images": .integer(validation),
        ])
    case .epoch(let record): Self.object("epoch", (try? JSONValue(record))?.members ?? [:])
    case .paused(let metric): Self.object("paused", Self.members(of: metric))
    case .done(let metric): Self.object("done", Self.members(of: metric))
    case .diverged(let epoch, let message):
      Self.object("diverged", ["epoch": .integer(epoch), "message": .string(message)])
    case .failed(let message): Self.object("failed", ["message": .string(message)])
    }
  }

  private static func object(_ event: String, _ members: [String: JSONValue]) -> JSONValue {
    .object(members.merging(["event": .string(event)]) { $1 })
  }

  private static func members(of metric: TrialMetric) -> [String: JSONValue] {
    [
      "epochs": .integer(metric.epochs), "validation_accuracy": .number(metric.accuracy),
      "validation_loss": .number(metric.loss),
    ]
  }

  /// Reads a line of `convserve trial`; nothing where it is none.
  public init?(line: [UInt8]) {
    guard let json = try? JSONValue(parsing: line) else { return nil }
    switch json["event"]?.string {
    case "started":
      guard let done = json["epochs_done"]?.int, let epochs = json["epochs"]?.int,
        let training = json["training_images"]?.int, let validation = json["validation_images"]?.int
      else { return nil }
      self = .started(done: done, epochs: epochs, trainingImages: training, validationImages: validation)
    case "epoch":
      guard let record = try? json.decoded(EpochRecord.self) else { return nil }
      self = .epoch(record)
    case "paused", "done":
      guard let metric = try? json.decoded(TrialMetric.self) else { return nil }
      self = json["event"]?.string == "done" ? .done(metric) : .paused(metric)
    case "diverged":
      guard let epoch = json["epoch"]?.int, let message = json["message"]?.string else { return nil }
      self = .diverged(epoch: epoch, message: message)
    case "failed":
      guard let message = json["message"]?.string else { return nil }
      self = .failed(message: message)
    default: return nil
    }
  }
}
