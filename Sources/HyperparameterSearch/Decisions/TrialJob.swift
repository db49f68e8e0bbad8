/// A part of a trial: it is trained until it has come to so many epochs in all.
public struct TrialJob: Codable, Hashable, Sendable {
  public var trial: Int
  public var epochs: Int

  public init(trial: Int, epochs: Int) {
    (self.trial, self.epochs) = (trial, epochs)
  }
}
