import Jobs

/// How far a job has come, as a line for people.
struct JobStanding {
  var state: String
  var desiredState: String?
  var stage: String?
  /// From 0 to 1.
  var progress = 0.0
  var secondsLeft: Double?

  /// Its state, or what it is about to come to, such as `cancelling`.
  var phase: String {
    // A newer server may have states that this program does not know.
    guard let state = JobState(rawValue: state), let desired = desiredState.flatMap(DesiredState.init(rawValue:)) else {
      return state
    }
    return "\(JobPhase(state: state, desired: desired))"
  }

  /// Such as `running features`.
  var place: String { stage.map { "\(phase) \($0)" } ?? phase }

  var percent: String { String(Int((100 * progress).rounded())) + " %" }

  /// Such as `running features 40 %, 12 s left`.
  var line: String {
    let left = secondsLeft.map { ", \(RemoteJob.duration($0)) left" } ?? ""
    return "\(place) \(percent)\(left)"
  }
}
