public import Foundation
public import InferenceRuntime
public import ModelServing
public import Training

/// Makes a classifier of photos with the features of a pretrained network, publishes it, and says how good it is.
///
/// The same photos, base, settings and program give the same weights and the same report but for times, on however many threads
/// and however often the run was interrupted.
public struct Adapter {
  /// The pretrained model.
  public let base: ModelPackage
  /// The photos.
  public let source: DataSource
  /// Where the photos are, in words.
  public let origin: String
  /// The model to be made, in `repository`.
  public let name: String
  /// Where the model is published.
  public let repository: ModelRepository
  /// Whether a version may come beside those of a model that others made, or that knows other classes.
  public var addsToAnyName = false
  /// What the user asked for.
  public let settings: AdaptationSettings
  /// A folder of the run's own, for what it need not compute twice; whoever made it takes it away.
  public let workFolder: URL
  /// Tells the run from others; versions that it publishes carry it.
  public let run: String
  /// Names the program that computes.
  public let build: String
  /// The instruction set that computes.
  public let kernels: ProcessorKernels
  /// Its threads decide about time alone.
  public let pool: WorkerPool

  public init(
    base: ModelPackage, source: DataSource, origin: String, name: String, repository: ModelRepository,
    settings: AdaptationSettings, workFolder: URL, run: String, build: String, kernels: ProcessorKernels = .best,
    pool: WorkerPool
  ) {
    self.base = base
    self.source = source
    self.origin = origin
    self.name = name
    self.repository = repository
    self.settings = settings
    self.workFolder = workFolder
    self.run = run
    self.build = build
    self.kernels = kernels
    self.pool = pool
  }

  /// Adapts.
  ///
  /// - Parameters:
  ///   - isStopping: asked often, by any thread; once true, the run ends with `AdaptationError.stopped`.
  ///   - report: is told what happens, on the calling thread; what it throws ends the run.
  /// - Throws: `AdaptationError`, `DataSetError`, `FineTuningError`, `ModelRepositoryError`, `TrainedModelError`,
  ///   `UnreadableFile`, `UnwritableFile`.
  public func run(
    isStopping: @escaping @Sendable () -> Bool = { false },
    report: @escaping (AdaptationEvent) throws -> Void = { _ in }
  ) throws -> AdaptedVersion {
    let extractor = try FeatureExtractor(base.contents, name: base.name, kernels: kernels, pool: pool)
    var run = AdaptationRun(self, extractor, isStopping: isStopping, report: report)
    // Whoever goes on with the run counts on.
    defer { run.meter.end() }
    try run.auditPhotos()
    try run.extractFeatures()
    try run.split()
    try run.chooseHead()
    try run.evaluate()
    try run.publishHead()
    if settings.fineTunes { try run.fineTune() }
    return try run.finish()
  }
}

/// What a run ends with.
public struct AdaptedVersion: Sendable {
  /// As it stands beside the version.
  public let report: AdaptationReport
  /// Where the version lies.
  public let directory: URL
}
