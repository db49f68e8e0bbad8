public import Foundation

/// A job as the API shows it.
public struct Job: Codable, Hashable, Sendable, Identifiable {
  public var id: String
  public var kind: JobRequest.Kind
  public var state: JobState
  /// What somebody asked for, and the job has not come to yet.
  public var desiredState: DesiredState
  /// What is being done now, such as `features`.
  public var stage: String?
  /// Of the whole job, from 0 to 1.
  public var progress: Double
  /// Seconds that are estimated to be left.
  public var secondsLeft: Double?
  public var created: Date
  public var started: Date?
  public var ended: Date?
  /// Times that the job was begun: 1 unless it was interrupted.
  public var attempt: Int
  public var request: JobRequest
  /// What the job has made.
  public var model: Model?
  /// Why it has failed.
  public var problem: String?

  public struct Model: Codable, Hashable, Sendable {
    public var name: String
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
