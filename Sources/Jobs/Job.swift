public import Foundation

/// A job as the API shows it.
public struct Job: Codable, Hashable, Sendable, Identifiable {
  /// Names it in paths.
  public var id: String
  /// What kind of work.
  public var kind: JobRequest.Kind
  /// Where it is on its way.
  public var state: JobState
  /// What somebody asked for, and the job has not come to yet.
  public var desiredState: DesiredState
  /// What is being done now, such as `features`.
  public var stage: String?
  /// Of the whole job, from 0 to 1.
  public var progress: Double
  /// Seconds that are estimated to be left.
  public var secondsLeft: Double?
  /// When it was asked for.
  public var created: Date
  /// When it was begun for the first time.
  public var started: Date?
  /// When it was over.
  public var ended: Date?
  /// Times that the job was begun: 1 unless it was interrupted.
  public var attempt: Int
  /// What it is to do.
  public var request: JobRequest
  /// The version that the job has published last.
  public var model: Model?
  /// Why it has failed.
  public var problem: String?

  /// A version of a model.
  public struct Model: Codable, Hashable, Sendable {
    /// The model's name.
    public var name: String
    /// The version's number.
    public var version: String

    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  enum CodingKeys: String, CodingKey {
    case id, kind, state, stage, progress, created, started, ended, attempt, request, model, problem
    case desiredState = "desired_state"
    case secondsLeft = "seconds_left"
  }
}
