/// Why something cannot be done with datasets and jobs.
public enum JobError: Error, Hashable, Sendable {
  case unknownJob(id: String)
  case unknownDataset(id: String)
  /// A job still needs the data.
  case datasetInUse(id: String, job: String)
  /// What was asked for is not possible in the state that the job is in.
  case impossible(id: String, state: JobState, action: String)
  /// A member of the request that is missing, superfluous or not accepted.
  case request(member: String, problem: String, accepted: [String])
  case unknownBase(name: String, known: [String])
  /// A model of that name exists, and nothing may be added to it.
  case nameInUse(name: String, reason: String)
  case tooManyJobs(limit: Int)
  case tooManyDatasets(limit: Int)
  /// All data together would take more than they may.
  case quotaExceeded(bytes: Int, limit: Int)
  /// An upload that is no photos in folders of classes.
  case upload(problem: String, accepted: [String])
  case noReport(id: String, state: JobState)
  /// The disk is full, or the directory cannot be written to.
  case storage(reason: String)
  case stopping
}
