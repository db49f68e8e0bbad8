import Archives
import Foundation
import GRDB
import Synchronization

/// Datasets and jobs of a server: kept in a folder, done one after the other by child processes.
///
/// The order of calls: `init` opens the folder and mends what a crash left behind; `start` lets jobs run; `stop` has them keep
/// a checkpoint and end.
public final class JobService: Sendable {
  /// How it works.
  public let configuration: JobServiceConfiguration
  let hooks: JobHooks
  let folders: JobFolders
  let store: JobStore
  private let intake: DatasetIntake
  private let supervisor: Supervisor
  /// Nil once the service has stopped: another server may have the folder then.
  private let lock: Mutex<DirectoryLock?>
  private let isStopping = Mutex(false)

  /// Opens or makes the folder.
  ///
  /// - Throws: `JobError.storage`.
  public convenience init(_ configuration: JobServiceConfiguration, hooks: JobHooks) throws {
    try self.init(configuration, hooks: hooks, timing: JobTiming(), unpack: DatasetIntake.unpackArchive)
  }

  init(
    _ configuration: JobServiceConfiguration, hooks: JobHooks, timing: JobTiming, unpack: @escaping DatasetIntake.Unpack
  ) throws {
    var configuration = configuration
    // Children have working folders of their own.
    configuration.directory = URL(fileURLWithPath: configuration.directory).standardizedFileURL.path
    configuration.models = URL(fileURLWithPath: configuration.models).standardizedFileURL.path
    self.configuration = configuration
    self.hooks = hooks
    folders = JobFolders(root: configuration.directory)
    try folders.prepare()
    lock = Mutex(try DirectoryLock(folders.lock, patience: timing.lock))
    store = JobStore(try JobDatabase.open(folders.database), hub: EventHub())
    try Recovery(
      store: store, leftovers: JobLeftovers(folders: folders, models: configuration.models),
      maximumServerDeaths: configuration.maximumServerDeaths, note: hooks.note
    ).run()
    let environment = ChildCommand.environment(from: ProcessInfo.processInfo.environment)
    intake = DatasetIntake(
      configuration: configuration, folders: folders, store: store, timing: timing, environment: environment,
      kept: try store.datasetTotals(), unpack: unpack)
    supervisor = Supervisor(
      JobRun.Surroundings(
        configuration: configuration, folders: folders, store: store, hooks: hooks, timing: timing,
        environment: environment))
  }

  /// Begins with the jobs that wait.
  ///
  /// - Throws: `JobError.stopping`.
  public func start() async throws {
    try requireRunning()
    await supervisor.open()
  }

  /// Returns when no child is left. Jobs that were running go on at the next start; uploads that were not finished are refused.
  public func stop() async {
    isStopping.withLock { $0 = true }
    await intake.stop()
    await supervisor.close()
    store.hub.close()
    store.fold()
    lock.withLock { $0 = nil }
  }

  private func requireRunning() throws {
    guard !isStopping.withLock({ $0 }) else { throw JobError.stopping }
  }
}

// MARK: Datasets

extension JobService {
  /// What an upload may be, for messages.
  public static let acceptedUploads = [
    "an archive of folders of classes with photos (\(ArchiveFormat.accepted))", "a form with files named CLASS/FILE",
  ]

  /// Begins to take a dataset in; it exists only once `DatasetUpload.finish` has returned.
  ///
  /// - Throws: `JobError.tooManyDatasets`, `.quotaExceeded`, `.storage`, `.stopping`.
  public func beginUpload() async throws -> DatasetUpload {
    try requireRunning()
    return try DatasetUpload(intake)
  }

  /// The newest first.
  public func datasets() async throws -> [Dataset] { try await store.datasets().map(\.dataset) }

  /// One of them.
  ///
  /// - Throws: `JobError.unknownDataset`.
  public func dataset(_ id: String) async throws -> Dataset { try await store.dataset(id).dataset }

  /// Takes a dataset away, unless a job still needs it.
  ///
  /// - Throws: `JobError.unknownDataset`, `.datasetInUse`.
  public func deleteDataset(_ id: String) async throws {
    try requireRunning()
    let bytes = try await store.deleteDataset(id)
    folders.discard(folders.dataset(id))
    intake.ledger.delete(bytes)
  }
}

// MARK: Jobs

extension JobService {
  /// Checks a request and queues it.
  ///
  /// - Throws: `JobError`.
  public func create(_ request: JobRequest) async throws -> Job {
    try requireRunning()
    try request.check()
    if let base = request.base {
      let known = await hooks.bases()
      guard known.contains(base) else { throw JobError.unknownBase(name: base, known: known.sorted()) }
    }
    let dataset = try await store.dataset(request.dataset).dataset
    if request.kind == .adapt, let problem = dataset.problem {
      throw JobError.unusableDataset(id: dataset.id, problem: problem)
    }
    try await hooks.check(request, dataset.classes.map(\.name))
    let record = try await store.insert(
      JobIdentifier.random(), request, maximumOpen: configuration.maximumOpenJobs)
    await supervisor.wake()
    return record.job
  }

  /// The newest first.
  public func jobs() async throws -> [Job] { try await store.jobs().map(\.job) }

  /// Where a job is on its way.
  ///
  /// - Throws: `JobError.unknownJob`.
  public func job(_ id: String) async throws -> Job { try await store.job(id).job }

  /// Asks for a pause; the job is `paused` once its child has kept a checkpoint and ended.
  ///
  /// - Throws: `JobError.unknownJob`, `.impossible`.
  public func pause(_ id: String) async throws -> Job { try await ask(id, .pause, "paused") }

  /// Has a job that was paused wait for its turn again, or takes the wish for a pause back.
  ///
  /// - Throws: `JobError.unknownJob`, `.impossible`.
  public func resume(_ id: String) async throws -> Job { try await ask(id, .resume, "resumed") }

  /// Asks for the job's end; it is `cancelled` once its child has ended. Versions that it has published stay.
  ///
  /// - Throws: `JobError.unknownJob`, `.impossible`.
  public func cancel(_ id: String) async throws -> Job { try await ask(id, .cancel, "cancelled") }

  /// Forgets a job that is over; the model that it made stays.
  ///
  /// - Throws: `JobError.unknownJob`, `.impossible`.
  public func delete(_ id: String) async throws {
    try requireRunning()
    try await store.deleteJob(id)
    folders.discard(folders.job(id))
  }

  private func ask(_ id: String, _ action: JobMachine.Action, _ participle: String) async throws -> Job {
    try requireRunning()
    let job = try await store.update(id) { job, time in
      var machine = job.machine
      let answer = machine.ask(action)
      switch answer {
      case .impossible: throw JobError.impossible(id: id, state: job.machine.phase, action: participle)
      case .unchanged: return nil
      case .moved, .wished: job.adopt(machine, at: time)
      }
      if action == .resume, answer == .moved, job.started != nil { job.attempt += 1 }
      return [.state(of: job)]
    }
    await carryOut(job)
    return job.job
  }

  /// What follows from a wish: by the state and the wish alone, so that a second try does what the first did not come to.
  private func carryOut(_ job: JobRecord) async {
    switch job.desired {
    case .running: await supervisor.wake()
    case .paused, .cancelled: await supervisor.stopChild(of: job.id)
    }
    if job.state == .cancelled { JobLeftovers(folders: folders, models: configuration.models).remove(job) }
  }
}

// MARK: Events and reports

extension JobService {
  /// Events that are there, those after number `sequence` alone.
  ///
  /// - Throws: `JobError.unknownJob`.
  public func events(of id: String, after sequence: Int) async throws -> [JobEvent] {
    try await store.events(of: id, after: sequence, limit: nil).events
  }

  /// Events as they come, those that are there first; ends when the job is over and all of its events were given, or when
  /// the service stops.
  ///
  /// - Throws: `JobError.unknownJob`.
  public func eventStream(of id: String, after sequence: Int) async throws -> AsyncStream<JobEvent> {
    _ = try await store.job(id)
    let cursor = EventCursor(store, job: id, after: sequence)
    // Asked for one event at a time: a listener that is slow holds up nobody, and no events wait in memory for it.
    return AsyncStream { await cursor.next() }
  }

  /// The report of the version that the job published last, whether the job is over, and however it has ended; of a search, what
  /// it had found when its child ended last.
  ///
  /// - Throws: `JobError.unknownJob`, `.noReport`.
  public func report(of id: String, as form: ReportForm) async throws -> [UInt8] {
    let job = try await store.job(id)
    guard job.keepsReport, let data = FileManager.default.contents(atPath: folders.report(of: id, as: form)) else {
      throw JobError.noReport(id: id, state: job.machine.phase)
    }
    return [UInt8](data)
  }

  /// How a report comes.
  public enum ReportForm: CaseIterable, Sendable {
    /// For programs.
    case json
    /// A page of one file, with its pictures.
    case html
  }
}
