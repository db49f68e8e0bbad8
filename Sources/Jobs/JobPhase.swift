/// Where a job is on its way, and where it is to go, in a word: `running`, but `cancelling` once somebody wants its end.
public struct JobPhase: Hashable, Sendable, CustomStringConvertible {
  /// Where it is.
  public var state: JobState
  /// What somebody wants of it.
  public var desired: DesiredState

  public init(state: JobState, desired: DesiredState) {
    self.state = state
    self.desired = desired
  }

  /// The state's name, or `pausing` or `cancelling` while a child still has to come to that.
  public var description: String {
    guard state.hasChild else { return state.rawValue }
    return switch desired {
    case .running: state.rawValue
    case .paused: "pausing"
    case .cancelled: "cancelling"
    }
  }
}
