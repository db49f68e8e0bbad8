import Foundation

/// A job as a server tells it, as far as the command line shows it.
struct RemoteJob: Decodable {
  struct Request: Decodable {
    let name: String?
    let base: String?
    let architecture: String?
  }

  struct Model: Decodable {
    let name: String
    let version: String
  }

  let id: String
  let kind: String
  let state: String
  let desiredState: String?
  let stage: String?
  let progress: Double
  let secondsLeft: Double?
  let created: String
  let request: Request
  let model: Model?
  let problem: String?

  enum CodingKeys: String, CodingKey {
    case id, kind, state, stage, progress, created, request, model, problem
    case desiredState = "desired_state"
    case secondsLeft = "seconds_left"
  }

  init(json: some Sequence<UInt8>) throws { self = try JSONDecoder().decode(RemoteJob.self, from: Data(json)) }

  /// What it is made from.
  var origin: String { request.base ?? request.architecture ?? (kind == "search" ? "a space" : "") }

  var standing: JobStanding {
    JobStanding(
      state: state, desiredState: desiredState, stage: stage, progress: progress, secondsLeft: secondsLeft)
  }

  static func duration(_ seconds: Double) -> String {
    let seconds = Int(min(seconds, 1e9).rounded(.up))
    if seconds < 60 { return "\(seconds) s" }
    return seconds < 3600 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds / 60 % 60) min"
  }
}

struct RemoteJobs: Decodable {
  let jobs: [RemoteJob]
}
