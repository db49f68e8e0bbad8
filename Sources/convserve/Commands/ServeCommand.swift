import ArgumentParser
import Foundation
import HTTPServer
import InferenceRuntime
import Jobs
import Logging
import ModelServing
import ServerAPI

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serves the models of a repository over HTTP.",
    discussion: """
      Every option can also be set by an environment variable, CONVSERVE_ and the option's name in capitals with \
      underscores, for example CONVSERVE_MAX_BATCH_SIZE=16, and by a line of the configuration file, \
      max-batch-size: 16. An option wins over the environment, which wins over the file.

      SIGHUP makes the server read certificates, the file of API keys and the directory of models again.

      SIGTERM and SIGINT stop the server: it takes no new connections, finishes what it accepted, and exits with 0. \
      Exit status 78: the environment, the configuration file or a model is wrong.
      """)

  /// As the parser of the command line ends its own complaints.
  static var usage: String {
    "Usage: " + ConvServe.usageString(for: Self.self) + "\n  See 'convserve serve --help' for more information."
  }

  @OptionGroup var options: ServeOptions

  @Flag(name: .long, help: "Checks the configuration and every model, names all that is wrong, and exits.")
  var check = false

  func run() async throws {
    HeapLimits.hold()
    let configuration = Configuration(options, environment: ProcessInfo.processInfo.environment)
    // When the reader of the log goes away, its pipe would end the server.
    signal(SIGPIPE, SIG_IGN)
    LoggingSystem.bootstrap { [format = configuration.logFormat] _ in LineLogHandler(format: format) }
    var logger = Logger(label: "convserve")
    logger.logLevel = configuration.logLevel
    var context = APIContext(
      registry: ModelRegistry(onEvent: ModelLog(configuration, logger).note),
      maximumBodyBytes: configuration.maximumBodyBytes,
      requestTimeout: configuration.requestTimeout, logger: logger,
      metrics: ServerMetrics(version: Version.current, counters: ServerCounters()))
    for variable in configuration.unknownVariables { logger.warning("\(variable)") }
    let models = try ServeCheck(configuration: configuration, operations: API.operations(context)).models()
    if !check { context.jobs = try Self.jobs(configuration, context, logger) }
    let servers = try Self.servers(configuration, context, logger)
    if check { return try Terminal.write("The configuration is fine; models: \(models.joined(separator: ", "))\n") }
    try await serve(servers, configuration, context, logger)
  }

  /// - Throws: `EX_CONFIG` for keys and certificates that have become unusable since they were checked.
  private static func servers(
    _ configuration: Configuration, _ context: APIContext, _ logger: Logger
  ) throws -> Servers {
    do {
      return try Servers(configuration, context, logger)
    } catch {
      Terminal.note("Error: \(error)")
      throw ExitCode(EX_CONFIG)
    }
  }

  /// Opens the directory of datasets and jobs, where there is to be one.
  ///
  /// - Throws: `EX_CONFIG` for one that cannot be used.
  private static func jobs(
    _ configuration: Configuration, _ context: APIContext, _ logger: Logger
  ) throws -> JobService? {
    guard let settings = configuration.jobs else { return nil }
    do {
      return try JobService(settings.service, hooks: .serving(context.registry, logger: logger))
    } catch {
      Terminal.note("Error: \(error)")
      throw ExitCode(EX_CONFIG)
    }
  }

  private func serve(
    _ servers: Servers, _ configuration: Configuration, _ context: APIContext, _ logger: Logger
  ) async throws {
    // Before anybody can know that the server runs: a signal that came earlier would end the process at once.
    let signals = StopSignals()
    let addresses = try await servers.start()
    Self.announce(addresses.map(\.url).first ?? "", logger)

    let watch = RepositoryWatch(registry: context.registry, logger: logger)
    try await Self.serve(until: signals) { [logger] in
      try await Self.loadModels(into: context.registry, configuration, logger)
      // What a job has made is loaded beside the others, so these come first.
      await Self.startJobs(context, logger)
      if let interval = configuration.modelPollInterval { await watch.poll(every: interval) }
    }
    logger.info("stopping: finishing the requests that were accepted")
    // Jobs keep a checkpoint meanwhile.
    let jobsStop = Task { [jobs = context.jobs] in await jobs?.stop() }
    // What is being loaded is the last, so that whoever waits for a reload gets an answer.
    context.registry.stop()
    let end = ContinuousClock.now + configuration.gracePeriod
    await servers.stop(gracePeriod: configuration.gracePeriod)
    // The connections may have used all of the time; what has nothing to drain is over in a moment.
    let isDrained = await Self.isOver(by: max(end, .now + .milliseconds(100))) { await context.registry.drain() }
    let areJobsKept = await Self.isOver(by: max(end, .now + .milliseconds(100))) { await jobsStop.value }
    if !areJobsKept { logger.warning("a job had not kept a checkpoint when the grace period was over") }
    if !isDrained { logger.warning("a model was still being loaded, or computing, when the grace period was over") }
    logger.info("stopped")
  }

  /// Classifying goes on whatever is wrong with jobs.
  private static func startJobs(_ context: APIContext, _ logger: Logger) async {
    do {
      try await context.jobs?.start()
    } catch {
      logger.error("jobs wait until the server is started again: \(error)")
    }
  }

  /// Whether `body` has returned by then; it goes on in any case.
  private static func isOver(
    by end: ContinuousClock.Instant, _ body: @escaping @Sendable () async -> Void
  ) async -> Bool {
    let (outcomes, continuation) = AsyncStream.makeStream(of: Bool.self)
    Task {
      await body()
      continuation.yield(true)
    }
    let timer = Task {
      try await Task.sleep(until: end, clock: .continuous)
      continuation.yield(false)
    }
    defer { timer.cancel() }
    return await outcomes.first { _ in true } ?? true
  }

  /// Scripts wait for this line. Where standard output takes none, clients are served all the same.
  private static func announce(_ url: String, _ logger: Logger) {
    do {
      try Terminal.write("ConvServe is listening on \(url)\n")
    } catch {
      logger.warning("listening on \(url): \(error)")
    }
  }

  /// Returns when the first signal has come, whether or not `load` is done.
  private static func serve(
    until signals: StopSignals, load: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await load()
        return false
      }
      group.addTask {
        await signals.wait()
        return true
      }
      for try await isAskedToStop in group where isAskedToStop { break }
      group.cancelAll()
    }
  }

  /// - Throws: `EX_CONFIG` for models none of whose versions can be loaded.
  private static func loadModels(into registry: ModelRegistry, _ configuration: Configuration, _ logger: Logger)
    async throws
  {
    let start = ContinuousClock.now
    let repository = ModelRepository(path: configuration.models)
    for line in repository.nameWarnings { logger.warning("\(line)") }
    do {
      try await registry.load(
        repository, defaultName: configuration.defaultModel,
        configuration: configuration.serving)
    } catch let error as ModelLoadingError {
      Terminal.note("Error: \(error)")
      throw ExitCode(EX_CONFIG)
    }
    let names = try registry.models().map { $0.name == registry.defaultName ? "\($0.name) (default)" : $0.name }
    let seconds = String(format: "%.2f", (ContinuousClock.now - start).seconds)
    let kernels = configuration.serving.engine.name
    logger.info("ready after \(seconds) s, \(kernels) kernels: \(names.joined(separator: ", "))")
  }
}
