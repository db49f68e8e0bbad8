import Foundation

/// A job as its events tell it one after the other. What is shown with each is what was so then, and when: a watch that begins
/// late hears of the past all at once.
struct WatchedJob {
  /// What an event is shown as.
  enum Line: Equatable {
    /// Drawn over by the next on a terminal.
    case passing(String)
    case lasting(String)
  }

  private var standing = JobStanding(state: "queued")

  /// - Returns: nothing for an event that says no more than others do.
  mutating func hear(_ event: EventParser.Event) throws -> Line? {
    let told = try JSONDecoder().decode(Told.self, from: Data(event.data.utf8))
    switch event.name {
    case "log": return .lasting("\(told.second) \(standing.place): \(told.message ?? event.data)")
    case "state":
      (standing.state, standing.desiredState, standing.secondsLeft) = (told.state ?? "", told.desiredState, nil)
      return told.reason.map { .lasting("\(told.second) \(standing.place): \($0)") } ?? passing(told)
    case "progress":
      (standing.stage, standing.progress, standing.secondsLeft) = (told.stage, told.progress ?? 0, told.secondsLeft)
      return passing(told)
    default: return nil
    }
  }

  private func passing(_ told: Told) -> Line { .passing("\(told.second) \(standing.line)") }

  /// Members of events, each of which has some.
  private struct Told: Decodable {
    let time: String
    let message: String?
    let state: String?
    let desiredState: String?
    let reason: String?
    let stage: String?
    let progress: Double?
    let secondsLeft: Double?

    enum CodingKeys: String, CodingKey {
      case time, message, state, reason, stage, progress
      case desiredState = "desired_state"
      case secondsLeft = "seconds_left"
    }

    /// The time to the second: `2026-11-30T17:45:00Z`.
    var second: String { time.prefix { $0 != "." } + (time.contains(".") ? "Z" : "") }
  }
}
