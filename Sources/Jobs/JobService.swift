/// Datasets and jobs of a server: kept in a folder, done one after the other by child processes.
///
/// The order of calls: `init` opens the folder and mends what a crash left behind; `start` lets jobs run; `stop` has them keep
/// a checkpoint and end.
public final class JobService: Sendable {
  public let configuration: JobServiceConfiguration
  let hooks: JobHooks

  /// Opens or makes the folder.
  ///
  /// - Throws: `JobError.storage`.
  public init(_ configuration: JobServiceConfiguration, hooks: JobHooks) throws {
    self.configuration = configuration
    self.hooks = hooks
  }

  public func start() async throws { fatalError("not written yet") }

  /// Returns when no child is left. Jobs that were running go on at the next start.
  public func stop() async { fatalError("not written yet") }

  // MARK: Datasets

  /// Begins to take a dataset in; it exists only once `DatasetUpload.finish` has returned.
  ///
  /// - Throws: `JobError.tooManyDatasets`, `.quotaExceeded`, `.storage`, `.stopping`.
  public func beginUpload() async throws -> DatasetUpload { fatalError("not written yet") }

  /// The newest first.
  public func datasets() async throws -> [Dataset] { fatalError("not written yet") }

  /// - Throws: `JobError.unknownDataset`.
  public func dataset(_ id: String) async throws -> Dataset { fatalError("not written yet") }

  /// - Throws: `JobError.unknownDataset`, `.datasetInUse`.
  public func deleteDataset(_ id: String) async throws { fatalError("not written yet") }

  // MARK: Jobs

  /// Checks a request and queues it.
  ///
  /// - Throws: `JobError`.
  public func create(_ request: JobRequest) async throws -> Job { fatalError("not written yet") }

  /// The newest first.
  public func jobs() async throws -> [Job] { fatalError("not written yet") }

  /// - Throws: `JobError.unknownJob`.
  public func job(_ id: String) async throws -> Job { fatalError("not written yet") }

  /// Asks for a pause; the job is `paused` once its child has kept a checkpoint and ended.
  ///
  /// - Throws: `JobError.unknownJob`, `.impossible`.
  public func pause(_ id: String) async throws -> Job { fatalError("not written yet") }

  /// - Throws: `JobError.unknownJob`, `.impossible`.
  public func resume(_ id: String) async throws -> Job { fatalError("not written yet") }

  /// - Throws: `JobError.unknownJob`, `.impossible`.
  public func cancel(_ id: String) async throws -> Job { fatalError("not written yet") }

  /// Forgets a job that is over; the model that it made stays.
  ///
  /// - Throws: `JobError.unknownJob`, `.impossible`.
  public func delete(_ id: String) async throws { fatalError("not written yet") }

  // MARK: Events and reports

  /// Events that are there, those after number `sequence` alone.
  ///
  /// - Throws: `JobError.unknownJob`.
  public func events(of id: String, after sequence: Int) async throws -> [JobEvent] { fatalError("not written yet") }

  /// Events as they come, those that are there first; ends when the job is over and all of its events were given, or when
  /// the service stops.
  ///
  /// - Throws: `JobError.unknownJob`.
  public func eventStream(of id: String, after sequence: Int) async throws -> AsyncStream<JobEvent> {
    fatalError("not written yet")
  }

  /// - Throws: `JobError.unknownJob`, `.noReport`.
  public func report(of id: String, as form: ReportForm) async throws -> [UInt8] { fatalError("not written yet") }

  public enum ReportForm: Sendable {
    case json, html
  }
}

/// A dataset while it arrives: an archive in pieces, or one file after the other. What was not finished is taken away when
/// the upload is discarded, or when the server starts the next time.
///
/// Not to be used by two tasks at a time.
public final class DatasetUpload: Sendable {
  /// Adds to the archive (zip, tar, tar.gz) that is the dataset.
  ///
  /// - Throws: `JobError.quotaExceeded`, `.storage`.
  public func appendArchive(_ piece: [UInt8]) async throws { fatalError("not written yet") }

  /// Begins a file of a form; `name` is `CLASS/FILE`, and may have folders before that, as browsers send them.
  ///
  /// - Throws: `JobError.upload` for a name that is none.
  public func beginFile(_ name: String) async throws { fatalError("not written yet") }

  /// Adds to the file that was begun last.
  ///
  /// - Throws: `JobError.quotaExceeded`, `.storage`.
  public func appendFile(_ piece: ArraySlice<UInt8>) async throws { fatalError("not written yet") }

  /// Unpacks, audits and keeps the dataset.
  ///
  /// - Throws: `JobError`; nothing is left then.
  public func finish() async throws -> Dataset { fatalError("not written yet") }

  /// Takes everything away; does nothing after `finish`.
  public func discard() async { fatalError("not written yet") }
}
