import Architectures
import Foundation
import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// A run of `train`, from the command line to the repository.
struct TrainingJob: Sendable {
  private let source: DataSource
  private let network: Network
  private let settings: TrainingSettings
  private let name: String
  private let repository: ModelRepository
  private let origin: String
  private let provenance: (source: String?, licence: String?)
  private let threads: Int
  private let kernels: ProcessorKernels
  private let isResuming: Bool
  private let printsJSON: Bool

  /// Finds the data and builds the network; whatever is wrong with either is found here.
  init(_ command: TrainCommand) throws {
    let architecture = try Architecture.named(command.options.architecture)
    let location = URL(fileURLWithPath: command.data)
    source = try DataSource.open(location, labelsFile: command.labels.map { URL(fileURLWithPath: $0) })
    network = try architecture.network(
      inputShape: command.options.inputShape(), numClasses: source.training.classes.count)
    settings = try command.options.settings(network, command.course.course())
    origin = command.origin ?? location.lastPathComponent
    name = command.name ?? ModelName.made(of: [location.lastPathComponent, architecture.name])
    repository = command.directory.repository
    provenance = (command.source, command.licence)
    threads = command.threads ?? ProcessInfo.processInfo.activeProcessorCount
    kernels = command.cpu ?? .best
    isResuming = command.resume
    printsJSON = command.json
    try TrainedModel.requireName(name, in: repository, classes: source.training.classes.map(\.name))
  }

  func run(_ flag: StopFlag) throws {
    let checkpoints = CheckpointFolder(models: repository.directory, name: name)
    try checkpoints.open()
    do {
      try run(flag, checkpoints)
    } catch {
      // Before the first epoch was done there is nothing to go on from.
      if !checkpoints.isPresent { checkpoints.remove() }
      throw error
    }
  }

  private func run(_ flag: StopFlag, _ checkpoints: CheckpointFolder) throws {
    let algorithms = TrainingAlgorithmFile(kernels)
    let choices = algorithms.load()
    let pool = WorkerPool(threadCount: threads)
    let trainer = try Trainer(
      settings, network: network,
      data: TrainingData(source, settings, origin: origin, threadCount: threads),
      build: try ProgramIdentity.text, kernels: kernels, checkpoints: checkpoints, choices: choices, pool: pool)
    let meter = TrainingMeter(printsJSON: printsJSON, isTerminal: Terminal.errorIsTerminal)
    announce(trainer)
    let trained = try trainer.run(isResuming: isResuming, isStopping: { flag.isRaised }) { event in
      try meter.show(event)
      // Without a place for the file the next run estimates again.
      if case .epoch = event { try? algorithms.save(choices) }
    }
    try meter.finish(try publish(trained, trainer, checkpoints), trained)
  }

  private func publish(
    _ trained: TrainedNetwork, _ trainer: Trainer, _ checkpoints: CheckpointFolder
  ) throws -> TrainedVersion {
    do {
      return try trainer.publish(
        trained, as: name, in: repository, source: provenance.source, licence: provenance.licence)
    } catch let error as TrainedModelError {
      throw NameTaken(error: error, checkpoint: checkpoints.directory.path)
    }
  }

  /// A name that was free when the run began.
  private struct NameTaken: Error, CustomStringConvertible {
    let error: TrainedModelError
    let checkpoint: String

    var description: String {
      "\(error). That model came while this run computed. What was learned is kept in \(checkpoint): once that model is gone, "
        + "the same command with --resume publishes it"
    }
  }

  private func announce(_ trainer: Trainer) {
    guard !printsJSON else { return }
    for line in NotedFiles.lines(of: source) { Terminal.note(line) }
    let heldOut = trainer.data.validation.map { ", \($0.sampleCount) for validation" } ?? ""
    let test = trainer.data.test.map { ", \($0.sampleCount) for the test" } ?? ""
    Terminal.note(
      "\(name): \(settings.architecture), \(trainer.data.training.sampleCount) images of \(trainer.data.classes.count) "
        + "classes to train with\(heldOut)\(test); \(threads) threads, \(kernels.rawValue)")
  }
}
