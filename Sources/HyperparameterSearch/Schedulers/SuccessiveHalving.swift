/// All trials are trained a little, the best of them longer, and so on: Jamieson and Talwalkar, Non-stochastic Best Arm
/// Identification and Hyperparameter Optimization, 2016.
///
/// A rung begins when the one before is complete, so what comes of it does not depend on how many work or how fast. One of
/// `reduction` trials goes on, at least one.
public struct SuccessiveHalving: Scheduler {
  public let rungs: Rungs

  public init(_ rungs: Rungs) { self.rungs = rungs }

  public func next(_ trials: [TrialState]) -> Decision {
    var members = trials
    for epochs in rungs.epochs {
      if let next = members.first(where: { $0.target < epochs }) {
        return .run(TrialJob(trial: next.number, epochs: epochs))
      }
      guard members.allSatisfy({ $0.results[epochs] != nil }) else { return .wait }
      members = Array(members.ranked(at: epochs).prefix(max(1, members.count / rungs.reduction)))
    }
    return .finished
  }
}
