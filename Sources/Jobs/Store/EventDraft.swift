import Foundation

/// An event that has no number yet.
struct EventDraft: Sendable {
  var kind: JobEvent.Kind
  var members: [String: JSONValue]

  init(_ kind: JobEvent.Kind, _ members: [String: JSONValue?]) {
    self.kind = kind
    self.members = members.compactMapValues { $0 }
  }

  /// Where a job has come to.
  static func state(of job: JobRecord, reason: String? = nil) -> EventDraft {
    EventDraft(
      .state,
      [
        "state": .string(job.state.rawValue), "desired_state": .string(job.desired.rawValue),
        "attempt": .integer(job.attempt), "reason": reason.map(JSONValue.string),
        "problem": job.problem.map(JSONValue.string),
        "model": job.model.map { .object(["name": .string($0.name), "version": .string($0.version)]) },
      ])
  }

  static func progress(of job: JobRecord) -> EventDraft {
    EventDraft(
      .progress,
      [
        "stage": job.stage.map(JSONValue.string), "progress": .number(job.progress),
        "seconds_left": job.secondsLeft.map(JSONValue.number),
      ])
  }

  static func log(_ message: String) -> EventDraft {
    // A line is for a reader; what is longer is a mistake of a child.
    EventDraft(.log, ["message": .string(String(message.prefix(2000)))])
  }

  func event(_ sequence: Int, at time: Date) -> JobEvent {
    var members = members
    members["seq"] = .integer(sequence)
    members["time"] = .string(time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    members["type"] = .string(kind.rawValue)
    return JobEvent(sequence: sequence, time: time, kind: kind, json: JSONValue.object(members).text)
  }
}
