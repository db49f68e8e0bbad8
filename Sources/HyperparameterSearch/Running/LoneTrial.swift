public import Foundation
import Jobs
import ModelServing

/// One trial of a search by itself, for machines that have nothing in common but the search's folder.
///
/// It decides nothing and writes no log, so that any number of them may run at once. The search itself, which begins when they
/// are done, finds them trained.
public struct LoneTrial: Sendable {
  public let job: TrialJob
  /// The trial's file.
  public let spec: URL

  /// Writes the trial's file, and what the search is where the folder does not hold that yet.
  ///
  /// - Throws: `SearchError`, `UnacceptableSetting`, `UnwritableFile`, `UnreadableFile`.
  public init(_ number: Int, of definition: SearchDefinition, identity: SearchIdentity, in folder: SearchFolder) throws
  {
    guard definition.scheduler.name == .none else {
      throw SearchError.trialOfScheduler(name: definition.scheduler.name.rawValue)
    }
    guard number < definition.trials else { throw SearchError.noSuchTrial(number: number, count: definition.trials) }
    try SearchRun.claim(folder, identity, isResuming: true)
    job = TrialJob(trial: number, epochs: definition.epochs)
    spec = folder.spec(number)
    let values = definition.makeSampler().values(of: number)
    let trial = try definition.spec(values, data: identity.data, directory: folder.trial(number).path)
    try trial.values.requireUse()
    try folder.write(trial.json.text + "\n", to: spec)
  }
}
