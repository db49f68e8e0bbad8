public import Foundation
public import InferenceRuntime
public import ModelServing
public import NetworkGraph
public import Training

/// Trains the upper layers of a network that classifies already, by the images that its head was fitted on.
///
/// The layers below a boundary stay as they are, and what they make of every view of every image is computed once and kept
/// in a file: after that they cost nothing. Batch normalisation keeps its statistics. The epoch with the lowest validation
/// loss counts.
///
/// The same network, images, settings, seed and program give the same bits, on however many threads and however often the
/// run was interrupted: called again with the same work folder, it goes on from the last map or epoch that is kept there.
public struct FineTuner {
  /// The network with its head, fitted on the training images.
  public let model: ModelContents
  /// What is learned from, and judged by.
  public let images: FineTuningImages
  /// How it is trained.
  public let settings: FineTuningSettings
  /// Decides on everything that is random.
  public let seed: UInt64
  /// A folder of this run's own, for maps and checkpoints.
  public let workFolder: URL
  /// Names the program that computes.
  public let build: String
  /// The instruction set that computes.
  public let kernels: ProcessorKernels
  /// Its threads decide about time alone.
  public let pool: WorkerPool

  public init(
    _ model: ModelContents, images: FineTuningImages, settings: FineTuningSettings = FineTuningSettings(),
    seed: UInt64, workFolder: URL, build: String, kernels: ProcessorKernels = .best, pool: WorkerPool
  ) {
    self.model = model
    self.images = images
    self.settings = settings
    self.seed = seed
    self.workFolder = workFolder
    self.build = build
    self.kernels = kernels
    self.pool = pool
  }

  /// Trains, and compares with the head alone on the validation images.
  ///
  /// - Parameters:
  ///   - isStopping: asked after each group of maps and each step.
  ///   - report: is told what happens, on the calling thread; what it throws ends the run.
  /// - Throws: `FineTuningError`, and what reading images or writing the work folder throws.
  public func run(
    isStopping: () -> Bool = { false }, report: (FineTuningEvent) throws -> Void = { _ in }
  ) throws -> FineTunedNetwork {
    let plan = try FineTuningPlan(model.network, images: images, settings: settings)
    try report(.log(plan.description))
    try FileManager.default.createDirectory(at: workFolder, withIntermediateDirectories: true)
    var meter = WorkMeter(total: plan.work(epochs: settings.epochs))
    let file = try keptMaps(plan) { done in
      try report(meter.event(plan.work(maps: done), now: .now))
      if isStopping() { throw FineTuningError.stopped }
    }
    let trained = try train(plan, file, isStopping) { event in
      switch event {
      case .step(let progress):
        let epochs = Double(progress.epoch - 1) + Double(progress.step) / Double(progress.steps)
        try report(meter.event(plan.work(maps: plan.mapCount, epochs: epochs), now: .now))
      case .epoch(let record): try report(.epoch(.init(record)))
      case .unreadable, .untested, .checkpoint, .done: break
      }
    } log: {
      try report(.log($0))
    }
    return try judged(trained, plan, file)
  }

  // MARK: Maps

  private func keptMaps(_ plan: FineTuningPlan, report: (_ done: Int) throws -> Void) throws -> MapFile {
    let views = try ImageViews(images.dataSet, model.preprocessing, seed: seed)
    let maps = try FrozenMaps(
      plan.cut.lower, weights: model.weights, views: views, pictures: plan.pictures(images), kernels: kernels,
      pool: pool)
    let file = try MapFile(
      workFolder.appendingPathComponent("maps.bin"), identity: identity(plan, maps.plan),
      mapCount: plan.boundary.mapShape.reduce(1, *), group: FrozenMaps.group)
    try maps.complete(file, report: report)
    return file
  }

  /// Changes with all that decides about the bits of the maps.
  private func identity(_ plan: FineTuningPlan, _ lower: ExecutionPlan) throws -> String {
    let names = try plan.cut.lower.parameters().map(\.name)
    let preprocessing = try Self.sortedJSON(model.preprocessing)
    var parts = ["maps 1", build, kernels.rawValue, plan.boundary.layer, "\(plan.views) views", "\(seed)"]
    parts += [images.fingerprint, preprocessing]
    parts += [images.training, images.validation].map { $0.map(String.init).joined(separator: ",") }
    parts += lower.layers.map { "\($0.name) \($0.algorithm)" }
    parts += [Fingerprint.digest(of: model.weights.filter { Set(names).contains($0.key) })]
    return Fingerprint.digest(parts)
  }

  private static func sortedJSON(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  // MARK: Training

  /// - Returns: nothing where the loss became infinite.
  private func train(
    _ plan: FineTuningPlan, _ file: MapFile, _ isStopping: () -> Bool, report: (TrainingEvent) throws -> Void,
    log: (String) throws -> Void
  ) throws -> TrainedNetwork? {
    let checkpoints = CheckpointFolder(workFolder.appendingPathComponent("checkpoint", isDirectory: true))
    try checkpoints.open()
    let trainer = try trainer(plan, file, checkpoints)
    do {
      return try run(trainer, checkpoints, isStopping, report: report, log: log)
    } catch TrainerError.stopped {
      throw FineTuningError.stopped
    } catch let error as TrainerError where error.isDivergence {
      try log("fine-tuning ended: \(error)")
      return nil
    }
  }

  /// Goes on from the checkpoint; where that is another program's or damaged, from the beginning.
  private func run(
    _ trainer: Trainer, _ checkpoints: CheckpointFolder, _ isStopping: () -> Bool,
    report: (TrainingEvent) throws -> Void, log: (String) throws -> Void
  ) throws -> TrainedNetwork {
    do {
      return try trainer.run(isResuming: true, isStopping: isStopping, report: report)
    } catch let error as CheckpointError {
      try log("fine-tuning begins anew: \(error)")
      checkpoints.remove()
      try checkpoints.open()
      return try trainer.run(isStopping: isStopping, report: report)
    }
  }

  private func trainer(_ plan: FineTuningPlan, _ file: MapFile, _ checkpoints: CheckpointFolder) throws -> Trainer {
    let data = TrainingData(
      classes: model.labels, training: plan.source(.training, images, file, seed: seed),
      validation: plan.source(.validation, images, file, seed: nil), test: nil, fingerprint: file.identity,
      origin: "maps at \(plan.boundary.layer)")
    // Chosen by counting, not by timing: other choices round otherwise, and would not be found again.
    return try Trainer(
      settings.training(plan, model, images, seed: seed), network: plan.cut.upper, data: data, build: build,
      kernels: kernels, checkpoints: checkpoints,
      start: TrainingStart(try plan.upperWeights(model.weights), freezesStatistics: true),
      choices: AlgorithmChoices(measures: false), pool: pool)
  }

  // MARK: Judgement

  private func judged(_ trained: TrainedNetwork?, _ plan: FineTuningPlan, _ file: MapFile) throws -> FineTunedNetwork {
    let before = try plan.upperWeights(model.weights)
    let after = trained?.weights ?? before
    let source = plan.source(.validation, images, file, seed: nil)
    let logits = try [before, after].map { weights in
      try Logits.of(plan.cut.upper, weights: weights, on: source, kernels: kernels, pool: pool)
    }
    let comparison = PairedComparison(
      first: logits[0], second: logits[1], labels: images.validation.map { images.labels[$0] })
    let diverged = "The head alone is kept: the loss of fine-tuning became infinite."
    return FineTunedNetwork(
      weights: model.weights.merging(after) { $1 }, headLogits: logits[0], logits: logits[1],
      summary: try plan.summary(comparison, settings, trained), reason: trained == nil ? diverged : comparison.reason)
  }
}

/// The images of a run.
public struct FineTuningImages: Sendable {
  /// All images of the run.
  public let dataSet: any DataSet
  /// The class of each image of the data set.
  public let labels: [Int]
  /// Places in the data set of what is learned from; each class has at least one.
  public let training: [Int]
  /// Places of what decides when to stop and whether it was worth it; at least one.
  public let validation: [Int]
  /// Changes with the contents of the images.
  public let fingerprint: String

  public init(
    _ dataSet: any DataSet, labels: [Int], training: [Int], validation: [Int], fingerprint: String
  ) {
    precondition(!training.isEmpty && !validation.isEmpty, "fine-tuning needs images to learn from and to judge by")
    self.dataSet = dataSet
    self.labels = labels
    self.training = training
    self.validation = validation
    self.fingerprint = fingerprint
  }
}

/// What fine-tuning gave.
public struct FineTunedNetwork: Sendable {
  /// All tensors of the network: frozen ones as they were, the others of the best epoch.
  public let weights: Weights
  /// Scores of each validation image by the head alone, as they were before.
  public let headLogits: [[Float]]
  /// Scores of each validation image.
  public let logits: [[Float]]
  /// As reports tell it.
  public let summary: AdaptationReport.FineTuning
  /// Why it is taken or not, in a sentence or two.
  public let reason: String

  /// Whether it is better than the head alone by more than chance explains.
  public var isAccepted: Bool { summary.isAccepted }
}

extension TrainerError {
  fileprivate var isDivergence: Bool {
    switch self {
    case .diverged, .weightsDiverged: true
    case .classWeights, .classes, .input, .preprocessing, .stopped: false
    }
  }
}

extension AdaptationReport.FineTuning.Epoch {
  init(_ record: EpochRecord) {
    self.init(
      epoch: record.epoch, trainLoss: record.trainLoss, validationLoss: record.validationLoss ?? .nan,
      validationAccuracy: record.validationAccuracy ?? .nan)
  }
}
