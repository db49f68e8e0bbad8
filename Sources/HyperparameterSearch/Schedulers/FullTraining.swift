/// Every trial is trained to its end, one after the other.
public struct FullTraining: Scheduler {
  public let epochs: Int

  public init(epochs: Int) { self.epochs = epochs }

  public func next(_ trials: [TrialState]) -> Decision {
    if let next = trials.first(where: { $0.target == 0 }) { return .run(TrialJob(trial: next.number, epochs: epochs)) }
    return trials.contains(where: \.isRunning) ? .wait : .finished
  }
}
