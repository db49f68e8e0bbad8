public import Foundation

/// Something that happened to a job; numbered within it, and never changed.
public struct JobEvent: Hashable, Sendable {
  /// What it tells of.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Where the job has come to, or what somebody wants of it.
    case state
    /// How far it is.
    case progress
    /// What an epoch of training has brought; of a thousand and more not each is told.
    case epoch
    /// A sentence for people; a job has at most a thousand.
    case log
  }

  /// From 1, without gaps.
  public var sequence: Int
  /// When it happened, by the clock of the machine.
  public var time: Date
  /// What it tells of.
  public var kind: Kind
  /// A JSON object with everything: `seq`, `time`, `type`, and what belongs to the type.
  public var json: String

  public init(sequence: Int, time: Date, kind: Kind, json: String) {
    self.sequence = sequence
    self.time = time
    self.kind = kind
    self.json = json
  }
}
