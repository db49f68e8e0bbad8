/// Why something cannot be done with datasets and jobs.
public enum JobError: Error, Hashable, Sendable {
  /// No job of that id.
  case unknownJob(id: String)
  /// No dataset of that id.
  case unknownDataset(id: String)
  /// A job still needs the data.
  case datasetInUse(id: String, job: String)
  /// What was asked for is not possible in the state that the job is in.
  case impossible(id: String, state: JobPhase, action: String)
  /// A member of the request that is missing, superfluous or not accepted.
  case request(member: String, problem: String, accepted: [String])
  /// No model of that name is served.
  case unknownBase(name: String, known: [String])
  /// A model of that name exists, and nothing may be added to it.
  case nameInUse(name: String, reason: String)
  /// Jobs that are not over.
  case tooManyJobs(limit: Int)
  /// Datasets that are there or on their way.
  case tooManyDatasets(limit: Int, others: UploadsUnderWay = .none)
  /// All data together would take more than they may.
  case quotaExceeded(bytes: Int, limit: Int, others: UploadsUnderWay = .none)
  /// A dataset that a job of this kind cannot learn from.
  case unusableDataset(id: String, problem: String)
  /// An upload that is no photos in folders of classes.
  case upload(problem: String, accepted: [String])
  /// The job has published no version yet, or its report has no such form.
  case noReport(id: String, state: JobPhase)
  /// The disk is full, or the directory cannot be written to.
  case storage(reason: String)
  /// The service takes nothing on any more.
  case stopping
}

/// Uploads of others that have not ended. They count as datasets do, but not all of them become any.
public struct UploadsUnderWay: Hashable, Sendable {
  /// How many.
  public var count: Int
  /// Bytes that they take so far.
  public var bytes: Int

  /// Nobody else uploads.
  public static let none = UploadsUnderWay(count: 0, bytes: 0)

  public init(count: Int, bytes: Int) {
    self.count = count
    self.bytes = bytes
  }
}
