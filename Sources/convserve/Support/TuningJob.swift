import Architectures
import Diagnosis
import Foundation
import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// A run of `tune`, from the command line to its report.
struct TuningJob: Sendable {
  private let source: DataSource
  private let network: Network
  private let request: TuningRequest
  private let origin: String
  private let folder: URL
  private let threads: Int
  private let kernels: ProcessorKernels
  private let printsJSON: Bool
  private let trainCommand: TrainCommandLine

  /// Finds the data and builds the network; whatever is wrong with either is found here.
  init(_ command: TuneCommand) throws {
    let architecture = try Architecture.named(command.options.architecture)
    let location = URL(fileURLWithPath: command.data)
    source = try DataSource.open(location, labelsFile: command.labels.map { URL(fileURLWithPath: $0) })
    network = try architecture.network(
      inputShape: command.options.inputShape(), numClasses: source.training.classes.count)
    request = TuningRequest(
      settings: try command.options.settings(
        network, TrainingCourse(epochs: 1, schedule: .constant(ConstantSchedule()))),
      given: command.options.given, budgetSeconds: command.budget * 60)
    // Steps 1 to 3 would take minutes before a trial says this.
    try source.training.requireTrainable(batchSize: request.settings.batchSize)
    origin = location.lastPathComponent
    folder = URL(
      fileURLWithPath: command.output ?? "tune-" + ModelName.made(of: [origin, architecture.name]))
    threads = command.threads ?? ProcessInfo.processInfo.activeProcessorCount
    kernels = command.cpu ?? .best
    printsJSON = command.json
    trainCommand = TrainCommandLine(command)
  }

  func run(_ flag: StopFlag) throws {
    // Minutes of work are not to end with that.
    try writing { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    let algorithms = TrainingAlgorithmFile(kernels)
    let choices = algorithms.load()
    // Without a place for the file the next run estimates again.
    defer { try? algorithms.save(choices) }
    let clock = ContinuousClock()
    let start = clock.now
    let bench = try TuningBench(
      network: network, source: source, settings: request.settings, kernels: kernels, choices: choices,
      pool: WorkerPool(threadCount: threads), build: try ProgramIdentity.text,
      seconds: { (clock.now - start) / .seconds(1) }, isStopping: { flag.isRaised })
    let meter = TuningMeter(printsJSON: printsJSON)
    var report = TuningReport(TuningReport.Subject(bench, request.settings, data: origin))
    do {
      try SevenSteps(bench, request) { event in
        report.take(event)
        try meter.show(event)
      }.run()
    } catch {
      meter.clear()
      // What is done is not lost.
      if !report.steps.isEmpty { try write(report) }
      throw error
    }
    report.command = report.conclusion.map { trainCommand.text($0.settings, instead: request.settings) }
    try write(report)
    try meter.finish(report, folder)
  }

  private func write(_ report: TuningReport) throws {
    try writing { try report.write(to: folder) }
  }

  /// - Throws: `UnwritableFile`.
  private func writing(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      throw UnwritableFile(path: folder.path, reason: error.localizedDescription)
    }
  }
}

extension TrainOptions {
  /// What the user has set and the steps judge.
  fileprivate var given: Set<TuningRequest.Choice> {
    var given: Set<TuningRequest.Choice> = []
    if learningRate != nil { given.insert(.learningRate) }
    if weightDecay != nil { given.insert(.weightDecay) }
    if initialization != nil { given.insert(.initialization) }
    if preprocessing != nil { given.insert(.preprocessing) }
    return given
  }
}
