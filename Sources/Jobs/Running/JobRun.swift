import Foundation
import Subprocess
import Synchronization

/// One attempt at a job: from the start of its child to what its end means.
final class JobRun: Sendable {
  /// What a run needs of its surroundings.
  struct Surroundings: Sendable {
    var configuration: JobServiceConfiguration
    var folders: JobFolders
    var store: JobStore
    var hooks: JobHooks
    var timing: JobTiming
    var environment: [String: String]
  }

  /// How the child ended, and what was wrong where something was.
  struct End: Sendable {
    var kind: JobMachine.ChildEnd
    var problem: String?
  }

  private struct State {
    var gate: ProgressGate
    var budget = EventBudget()
    var hasBegun = false
    var done: (model: Job.Model?, report: JSONValue)?
    /// Versions that are being loaded, and those that have been.
    var loading: Task<Void, Never>?
    var loaded: Job.Model?
    var nonsense = 0
    var isServerStopping = false
  }

  let id: String
  let attempt: Int
  private let request: JobRequest
  private let surroundings: Surroundings
  private let child = ChildProcess()
  private let state: Mutex<State>

  private var store: JobStore { surroundings.store }
  private var folder: String { surroundings.folders.job(id) }

  init(_ record: JobRecord, _ surroundings: Surroundings) {
    id = record.id
    attempt = record.attempt
    request = record.request
    self.surroundings = surroundings
    state = Mutex(State(gate: ProgressGate(interval: surroundings.timing.progressInterval)))
  }

  /// Asks the child to end; what that means stands in the database.
  func stopChild() { child.stop(within: surroundings.timing.grace) }

  /// The same because the server stops: the job stays as it is, and goes on at the next start.
  func stopForServer() {
    state.withLock { $0.isServerStopping = true }
    stopChild()
  }

  private var isServerStopping: Bool { state.withLock { $0.isServerStopping } }

  func run() async {
    let end = await told(work())
    let loading = state.withLock { $0.loading }
    await loading?.value
    await settle(end)
  }
}

// MARK: The child

extension JobRun {
  private func work() async -> End {
    do {
      guard FileManager.default.fileExists(atPath: surroundings.folders.dataset(request.dataset)) else {
        return End(kind: .failed, problem: "the files of the dataset \(request.dataset) are gone")
      }
      try JobFolders.make(folder)
      if let space = request.space { try StoredFiles.write(space.bytes, to: ChildCommand.space(in: folder)) }
      let command = ChildCommand.work(on: request, run: id, surroundings.configuration, surroundings.folders)
      let outcome = try await child.run(command, environment: surroundings.environment, started: begin, line: hear)
      // Somebody changed his mind while it was about to start: nothing has happened.
      guard state.withLock({ $0.hasBegun }) else { return End(kind: .interrupted, problem: nil) }
      return end(of: outcome)
    } catch let error as SubprocessError {
      return End(kind: .failed, problem: "the program could not be started: \(error)")
    } catch {
      return End(kind: .failed, problem: "\(error)")
    }
  }

  /// The child is there and waits: writes down who it is, if the job is still to be done.
  private func begin(_ identity: ProcessIdentity) async throws -> Bool {
    let told = try await store.budget(of: id)
    state.withLock { $0.budget = told }
    let begun = try await store.update(id, attempt: attempt) { job, time in
      guard job.move(.begun, at: time) else { return nil }
      job.child = identity
      job.started = job.started ?? time
      job.fruitless += 1
      return [.state(of: job)]
    }
    state.withLock { $0.hasBegun = begun != nil }
    return begun != nil
  }

  private func hear(_ line: [UInt8]) async throws {
    guard let message = ChildMessage(line) else { return hearNonsense(line) }
    switch message {
    case .stage(let stage, let progress, let left): await hear(stage: stage, progress, left)
    case .epoch(let members): await hear(epoch: members)
    case .log(let message): await hear(log: message)
    case .published(let model): try await hear(published: model)
    case .done(let model, let report): try await hear(done: model, report)
    }
  }

  /// What is no message is for whoever looks after the server, once.
  private func hearNonsense(_ line: [UInt8]) {
    let isFirst = state.withLock { state in
      state.nonsense += 1
      return state.nonsense == 1
    }
    guard isFirst else { return }
    let text = String(decoding: line.prefix(200), as: UTF8.self)
    surroundings.hooks.note("the child of job \(id) wrote a line that is no message: \(text.debugDescription)")
  }

  /// Writes down something that may also be lost, as on a full disk.
  private func tell(_ change: @escaping @Sendable (inout JobRecord, Date) -> [EventDraft]?) async {
    do {
      _ = try await store.update(id, attempt: attempt, change)
    } catch {
      surroundings.hooks.note("an event of job \(id) was lost: \(error)")
    }
  }

  private func hear(stage: String, _ progress: Double, _ left: Double?) async {
    guard state.withLock({ $0.gate.admits(stage, progress, at: .now) }) else { return }
    await tell { job, time in
      let moves = JobStage.event(of: stage).map { job.move($0, at: time) } ?? false
      job.advance(stage, progress, left)
      return (moves ? [.state(of: job)] : []) + [.progress(of: job)]
    }
  }

  private func hear(log message: String) async {
    guard let message = state.withLock({ $0.budget.admitted(log: message) }) else { return }
    await tell { _, _ in [.log(message)] }
  }

  private func hear(epoch members: [String: JSONValue]) async {
    let isTold = state.withLock { $0.budget.admits(epoch: members["epoch"]?.int) }
    let advance = advance(by: members)
    await tell { job, time in
      guard let advance else { return isTold ? [EventDraft(.epoch, members)] : [] }
      let moves = job.move(.working, at: time)
      job.advance(advance.stage, min(advance.progress, 1), advance.secondsLeft)
      return (moves ? [.state(of: job)] : []) + (isTold ? [EventDraft(.epoch, members), .progress(of: job)] : [])
    }
  }

  /// How far an epoch has brought the job, where no stage tells it: `train` speaks of epochs alone, and its progress follows from
  /// their number; `search` says with each how far it is.
  private func advance(
    by epoch: [String: JSONValue]
  ) -> (stage: String, progress: Double, secondsLeft: Double?)? {
    switch request.kind {
    case .adapt: nil
    case .train:
      ("train", Double(epoch["epoch"]?.int ?? 0) / Double(request.epochs ?? JobRequest.usualEpochs), nil)
    case .search: ("search", epoch["progress"]?.double ?? 0, epoch["seconds_left"]?.double)
    }
  }

  /// A version is there: it answers before the job is over.
  private func hear(published model: Job.Model) async throws {
    try await mustTell { job, time in
      _ = job.move(.publishing, at: time)
      job.model = model
      job.cameFurther()
      return [.state(of: job)]
    }
    load(model)
  }

  private func load(_ model: Job.Model) {
    state.withLock { state in
      let earlier = state.loading
      state.loading = Task {
        await earlier?.value
        do {
          try await surroundings.hooks.load(model)
          self.state.withLock { $0.loaded = model }
        } catch {
          await hear(log: "version \(model.version) of \(model.name) could not be loaded: \(error)")
        }
      }
    }
  }

  private func hear(done model: Job.Model?, _ report: JSONValue) async throws {
    let file = folder + "/report.json"
    if request.kind == .train || !FileManager.default.fileExists(atPath: file) {
      try StoredFiles.write((trainingRecord(of: model) ?? report).bytes, to: file)
    }
    try await mustTell { job, time in
      job.model = model ?? job.model
      return job.move(.publishing, at: time) ? [.state(of: job)] : []
    }
    state.withLock { $0.done = (model, report) }
  }

  /// `training.json` of the version: settings, data and curve, where the last line has the test's figures alone.
  private func trainingRecord(of model: Job.Model?) -> JSONValue? {
    guard request.kind == .train, let model else { return nil }
    let file = "\(surroundings.configuration.models)/\(model.name)/\(model.version)/training.json"
    return FileManager.default.contents(atPath: file).flatMap { try? JSONValue(parsing: [UInt8]($0)) }
  }

  /// Writes down something that may not be lost.
  private func mustTell(_ change: @escaping @Sendable (inout JobRecord, Date) -> [EventDraft]?) async throws {
    while true {
      do {
        _ = try await store.update(id, attempt: attempt, change)
        return
      } catch {
        guard !isServerStopping else { throw error }
        surroundings.hooks.note("job \(id): \(error); trying again")
        try await Task.sleep(for: surroundings.timing.retry, clock: .continuous)
      }
    }
  }
}

extension JobRecord {
  fileprivate mutating func advance(_ stage: String, _ progress: Double, _ left: Double?) {
    (self.stage, self.progress, secondsLeft) = (stage, progress, left)
    guard progress > reached else { return }
    reached = progress
    cameFurther()
  }
}

// MARK: Its end

extension JobRun {
  private func end(of outcome: ChildProcess.Outcome) -> End {
    if outcome.wroteTooLongLine {
      return End(kind: .failed, problem: "the child wrote a line of more than \(ChildProcess.lineLimit) bytes")
    }
    switch outcome.status {
    case .exited(0): return endOfSuccess
    case .exited(ExitStatus.tryAgain): return End(kind: .interrupted, problem: nil)
    case .exited(let status):
      return End(kind: .failed, problem: problem(outcome.words) ?? "the child ended with status \(status)")
    case .signaled(let signal): return End(kind: .interrupted, problem: died(of: signal, outcome.words))
    }
  }

  private var endOfSuccess: End {
    state.withLock { $0.done != nil }
      ? End(kind: .completed, problem: nil) : End(kind: .failed, problem: "the child ended without a result")
  }

  /// The child's last words for those who know neither the server's folders nor its command line.
  private func problem(_ words: LastWords) -> String? {
    guard let said = words.problem else { return nil }
    let problem = said.replacing(surroundings.folders.dataset(request.dataset), with: "the dataset")
      .replacing(/--([a-z]+(?:-[a-z]+)*)/) { $0.1.replacing("-", with: "_") }
    let isFull = problem.contains("No space left on device") && !problem.hasPrefix("the disk is full")
    return isFull ? "the disk is full: \(problem)" : problem
  }

  private func died(of signal: Int32, _ words: LastWords) -> String {
    let limit = surroundings.configuration.childMemoryBytes
    return
      "the child was ended by signal \(signal) (\(String(cString: strsignal(signal)))), perhaps because it needed more than "
      + "its \(limit) bytes of memory" + (words.problem.map { "; it said: \($0)" } ?? "")
  }

  /// A name that somebody took while the job computed, in the words of a request that is refused for it: the child speaks to
  /// those who use a command line.
  private func told(_ end: End) async -> End {
    guard let name = request.name, end.kind == .failed,
      end.problem?.hasPrefix("\(JobError.nameInUse(name: name, reason: ""))") == true
    else { return end }
    do {
      try await surroundings.hooks.check(request, store.dataset(request.dataset).classes.map(\.name))
    } catch let error as JobError {
      guard case .nameInUse = error else { return end }
      return End(
        kind: .failed,
        problem: "\(error). That model came after the job was created: nothing is added to it, nor kept")
    } catch {}
    return end
  }

  /// Carries out what the end means, and writes it down; tries until that is written, for the job is lost otherwise.
  private func settle(_ end: End) async {
    var end = end
    if end.kind == .completed { end = await published() }
    while true {
      do {
        return try await write(end)
      } catch {
        surroundings.hooks.note("job \(id): \(error); trying again")
        guard !isServerStopping else { return }
        try? await Task.sleep(for: surroundings.timing.retry, clock: .continuous)
      }
    }
  }

  /// Has the server load the version, if it has not done so yet.
  private func published() async -> End {
    guard let done = state.withLock({ $0.done }) else { return endOfSuccess }
    guard let model = done.model else { return End(kind: .completed, problem: nil) }
    // Nobody wants it any more: a version that the server has not loaded yet only stays in the repository. One that was
    // published earlier answers already, and goes on.
    if (try? await store.job(id))?.desired == .cancelled { return End(kind: .completed, problem: nil) }
    do {
      if state.withLock({ $0.loaded }) != model { try await surroundings.hooks.load(model) }
      return End(kind: .completed, problem: nil)
    } catch {
      return End(
        kind: .failed,
        problem: "version \(model.version) of \(model.name) was made, but cannot be loaded: \(error)")
    }
  }

  private func write(_ end: End) async throws {
    let limit = surroundings.configuration.maximumFruitlessAttempts
    let staysAsItIs = isServerStopping
    let leftovers = JobLeftovers(folders: surroundings.folders, models: surroundings.configuration.models)
    let hasBegun = state.withLock { $0.hasBegun }
    let job = try await store.update(id, attempt: attempt) { job, time in
      guard hasBegun || end.kind == .failed else { return nil }
      let event = job.machine.event(at: end.kind, mayTryAgain: job.fruitless <= limit)
      if staysAsItIs, event == .interrupted {
        (job.child, job.fruitless) = (nil, 0)
        return []
      }
      // Before the row: a full disk has room again, and a crash between makes the job begin anew, no worse.
      if event == .broken || event == .cancelled { leftovers.remove(job) }
      return job.settle(by: event, end.problem, at: time)
    }
    if job?.state == .succeeded { surroundings.folders.keepReports(of: id) }
    try await forgetFolder(job)
  }

  /// A job that was cancelled or forgotten while its child was about to start needs no folder.
  private func forgetFolder(_ job: JobRecord?) async throws {
    guard job == nil else { return }
    let now = try? await store.job(id)
    if now.map({ !$0.needsFolder }) ?? true { surroundings.folders.discard(folder) }
  }
}

extension JobRecord {
  /// Moves on by what the end of the child means; nil where it means nothing here.
  ///
  /// - Parameter reason: for a pause that nobody asked for.
  mutating func settle(
    by event: JobTransition.Event, _ problem: String?, reason: String? = nil, at time: Date
  ) -> [EventDraft]? {
    guard move(event, at: time) else { return nil }
    switch event {
    case .interrupted: attempt += 1
    case .paused: cameFurther()
    case .broken: self.problem = problem ?? "the child ended again and again without coming further"
    case .begun, .working, .evaluating, .publishing, .completed, .resumed, .cancelled: break
    }
    return [.state(of: self, reason: event == .interrupted ? problem ?? "the child was told to end" : reason)]
  }
}

extension JobRequest {
  /// What `convserve train` takes where nothing is said.
  static let usualEpochs = 15
}

enum ExitStatus {
  /// `EX_TEMPFAIL`: a checkpoint is there, and the same command goes on from it.
  static let tryAgain: Int32 = 75
}
