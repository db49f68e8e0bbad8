import ArgumentParser
import Foundation
import HyperparameterSearch
import InferenceRuntime
import Jobs
import ModelServing
import Training

/// A run of `search`, from the command line to the report.
struct SearchJob: Sendable {
  private let definition: SearchDefinition
  private let identity: SearchIdentity
  private let folder: SearchFolder
  private let repository: ModelRepository
  /// Of the model that the best trial becomes.
  private let name: String?
  private let kernels: ProcessorKernels
  private let threads: Int
  private let workers: Int
  private let isResuming: Bool
  private let onlyTrial: Int?
  /// What a model's record calls the data.
  private let origin: String
  private let meter: SearchMeter
  private let worker: ChildTrialWorker
  private let flag = StopFlag()

  /// Reads the file; whatever is wrong with it is found here.
  ///
  /// - Throws: `UnreadableFile`, `ExitCode`.
  init(_ command: SearchCommand) throws {
    definition = try Self.definition(command)
    let data = URL(fileURLWithPath: command.data).standardizedFileURL.path
    kernels = command.cpu ?? .best
    identity = SearchIdentity(
      search: definition.json, data: data, build: try ProgramIdentity.text, kernels: kernels.rawValue)
    let title = URL(fileURLWithPath: command.space).deletingPathExtension().lastPathComponent
    folder = SearchFolder(URL(fileURLWithPath: command.output ?? "searches/\(title)").standardizedFileURL)
    (repository, name) = (command.models.repository, command.name)
    threads = command.threads ?? ProcessInfo.processInfo.activeProcessorCount
    (workers, isResuming, onlyTrial) = (command.workers, command.resume, command.onlyTrial)
    origin = command.origin ?? URL(fileURLWithPath: data).lastPathComponent
    meter = SearchMeter(printsJSON: command.json, isTerminal: Terminal.errorIsTerminal)
    worker = ChildTrialWorker(
      options: [
        "--threads", String(max(1, threads / workers)), "--cpu", kernels.rawValue, "--models",
        repository.directory.standardizedFileURL.path,
      ], command: command.trialCommand)
  }

  private static func definition(_ command: SearchCommand) throws -> SearchDefinition {
    var json: JSONValue
    do {
      json = try YAMLFile.value(command.space)
    } catch {
      Terminal.note("Error: \(error)")
      throw ExitCode(EX_DATAERR)
    }
    if let trials = command.trials, case .object(var members) = json {
      members["trials"] = .integer(trials)
      json = .object(members)
    }
    do {
      return try SearchDefinition(json: json)
    } catch {
      Terminal.note("Error: \(command.space): \(error)")
      throw ExitCode(EX_DATAERR)
    }
  }

  /// Has the trials that run keep what they have.
  func stop() {
    flag.raise()
    worker.stop()
  }

  /// - Throws: `SearchError`, and what data and files throw.
  func run() async throws {
    if let onlyTrial { return try await run(only: onlyTrial) }
    let source = try DataSource.open(URL(fileURLWithPath: identity.data))
    if let name {
      try TrainedModel.requireName(name, in: repository, classes: source.training.classes.map(\.name))
    }
    try await check(source)
    var run = try SearchRun(definition, identity: identity, in: folder, isResuming: isResuming)
    meter.knows(best: run.machine.best?.last?.metric)
    let isOver = try await run.run(
      workers: workers, worker: worker, isStopping: { flag.isRaised }, report: { meter.show($0) })
    if isOver {
      let finished = run
      run = try await onOwnThread("test") { try tested(finished, source) }
    }
    let report = SearchReport(run, identity: identity)
    try SearchFiles(run, report).write()
    guard isOver else {
      throw SearchError.stopped(
        folder: folder.url.path, epochs: run.machine.epochsEnded, of: run.machine.expectedEpochs())
    }
    let finished = run
    let version = try await onOwnThread("publish") { try published(finished, source) }
    try meter.finish(report, folder, version)
    guard report.best != nil else { throw SearchError.noResult(report: folder.page.path) }
  }

  /// - Throws: `SearchError`, and what data and files throw.
  private func run(only number: Int) async throws {
    let trial = try LoneTrial(number, of: definition, identity: identity, in: folder)
    meter.show(.began(trials: 1, reached: [:], expectedEpochs: trial.job.epochs))
    guard let result = try await worker.run(trial.job, spec: trial.spec, report: { meter.show(.trial(trial.job, $0)) })
    else {
      throw SearchError.stopped(folder: folder.trial(number).path, epochs: meter.epochs, of: trial.job.epochs)
    }
    meter.show(.result(trial.job, result))
    guard result.status != .failed else {
      throw SearchError.trialFailed(number: number, reason: result.message ?? "no reason is known")
    }
  }

  private func check(_ source: DataSource) async throws {
    let check = try await onOwnThread("check") {
      try SearchCheck(definition, data: identity.data, source: source, repository: repository)
    }
    guard let first = check.failures.first else { return }
    Terminal.note(
      "Note: \(check.failures.count) of \(check.checked) trials cannot run; trial \(first.trial) first: \(first.reason)"
    )
  }

  private func tested(_ run: SearchRun, _ source: DataSource) throws -> SearchRun {
    var run = run
    _ = try run.test { spec in
      let test = try trial(spec, source).keptNetwork(readsTest: true)?.test
      return test.map { ($0.images, $0.accuracy, $0.loss) }
    }
    return run
  }

  private func trial(_ spec: TrialSpec, _ source: DataSource) throws -> TrialRun {
    let plan = try TrialPlan(spec, source: source, repository: repository)
    // The threads of the trials may be on other machines.
    let pool = WorkerPool(threadCount: min(threads, ProcessInfo.processInfo.activeProcessorCount))
    return TrialRun(plan, build: identity.build, kernels: kernels, pool: pool)
  }

  /// Adds the best trial's network to the repository, where a name was given for it.
  private func published(_ run: SearchRun, _ source: DataSource) throws -> TrainedVersion? {
    guard let name, let best = run.machine.best else { return nil }
    let trial = try trial(run.spec(best.number), source)
    guard var network = try trial.keptNetwork() else { return nil }
    network.test = run.machine.test.map { Evaluation(images: $0.images, loss: $0.loss, accuracy: $0.accuracy) }
    return try trial.publish(network, as: name, in: repository, origin: origin)
  }
}
