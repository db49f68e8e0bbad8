public import Foundation

/// Something that happened to a job; numbered within it, and never changed.
public struct JobEvent: Hashable, Sendable {
  public enum Kind: String, Codable, CaseIterable, Sendable {
    case state, progress, epoch, log
  }

  /// From 1, without gaps.
  public var sequence: Int
  public var time: Date
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
