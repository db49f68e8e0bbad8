/// How a `JobService` works.
public struct JobServiceConfiguration: Sendable {
  /// Holds the database, datasets and the folders of jobs.
  public var directory: String
  /// The model repository that jobs add to.
  public var models: String
  /// The program that children run; by default this one.
  public var program: String
  /// Arguments before every command of a child, for tests.
  public var programArguments: [String] = []
  /// Jobs that run at a time.
  public var simultaneousJobs: Int
  /// Jobs that wait, run or pause.
  public var maximumOpenJobs: Int
  /// Datasets that are there or on their way.
  public var maximumDatasets: Int
  /// Bytes on disk of all datasets, those on their way among them.
  public var maximumDatasetBytes: Int
  /// Bytes of one upload, as sent.
  public var maximumUploadBytes: Int
  /// Bytes of memory that a child may take.
  public var childMemoryBytes: Int
  /// Threads of a child.
  public var childThreads: Int
  /// Times in a row that a job is begun again after its child was killed without coming further; it fails then.
  public var maximumFruitlessAttempts = 5
  /// Servers in a row that may end without warning while a job comes no further; it is paused then. They are no fault of the
  /// job's, as a rule, but a child may also take its server down with it: where memory is limited for both together, the
  /// kernel may end both. Waiting loses nothing, and somebody who looks after the server decides.
  public var maximumServerDeaths = 20

  public init(directory: String, models: String) {
    self.directory = directory
    self.models = models
    program = "/proc/self/exe"
    simultaneousJobs = 1
    maximumOpenJobs = 100
    maximumDatasets = 100
    maximumDatasetBytes = 20 << 30
    maximumUploadBytes = 4 << 30
    childMemoryBytes = 4 << 30
    childThreads = 2
  }
}

/// What the server does for its jobs.
public struct JobHooks: Sendable {
  /// Names of models that may be a base.
  public var bases: @Sendable () async -> [String]
  /// Has a new version loaded; returns when it answers.
  public var load: @Sendable (_ model: Job.Model) async throws -> Void
  /// What the server knows against a job before it is queued: an architecture that there is not, a name that others use. Throws
  /// a `JobError`.
  public var check: @Sendable (_ request: JobRequest, _ classes: [String]) async throws -> Void
  /// For the log.
  public var note: @Sendable (_ message: String) -> Void

  public init(
    bases: @escaping @Sendable () async -> [String], load: @escaping @Sendable (Job.Model) async throws -> Void,
    check: @escaping @Sendable (JobRequest, [String]) async throws -> Void = { _, _ in },
    note: @escaping @Sendable (String) -> Void
  ) {
    self.bases = bases
    self.load = load
    self.check = check
    self.note = note
  }
}
