import ImageInput

/// A part of a data set as a run takes it: prepared by a `BatchLoader`, which is made when it is first needed.
public final class DataSetSource: BatchSource {
  public let classCounts: [Int]
  private let dataSet: any DataSet
  private let preprocessing: Preprocessing
  private let augmentation: Augmentation
  private let purpose: LoaderPurpose
  private let seed: UInt64
  private let threadCount: Int
  private var loader: BatchLoader?

  /// - Parameters:
  ///   - augmentation: of training images; those to be judged by stay as they are.
  ///   - threadCount: threads that prepare images.
  public init(
    _ dataSet: any DataSet, _ purpose: LoaderPurpose, preprocessing: Preprocessing, augmentation: Augmentation = .none,
    seed: UInt64 = 0, threadCount: Int = 1
  ) {
    classCounts = dataSet.classCounts
    self.dataSet = dataSet
    self.purpose = purpose
    self.preprocessing = preprocessing
    self.augmentation = augmentation
    self.seed = seed
    self.threadCount = threadCount
  }

  public var unreadableImages: [UnreadableImage] { loader?.unreadableImages ?? [] }

  /// One image of each class is decoded, and more of them only where that fails.
  public func firstUnreadableClass() -> Int? {
    guard dataSet.storedImages == nil else { return nil }
    var isMissing = classCounts.map { $0 > 0 }
    for index in 0..<dataSet.count where isMissing[dataSet.label(index)] {
      if (try? dataSet.image(index)) != nil { isMissing[dataSet.label(index)] = false }
    }
    return isMissing.firstIndex(of: true)
  }

  public func forEachBatch(
    epoch: Int, batchSize: Int, dropsLast: Bool, _ body: (TrainingBatch) throws -> Void
  ) throws {
    precondition(dropsLast == (purpose == .training), "only batches to train with are full ones alone")
    let batches = try loader(batchSize: batchSize).batches(epoch: epoch)
    defer { batches.stop() }
    while let batch = try batches.next() { try body(batch) }
  }

  private func loader(batchSize: Int) throws -> BatchLoader {
    if let loader, loader.options.batchSize == batchSize { return loader }
    let made = try BatchLoader(
      dataSet, preprocessing: preprocessing, augmentation: augmentation,
      options: LoaderOptions(purpose, batchSize: batchSize, seed: seed, threadCount: threadCount))
    loader = made
    return made
  }
}

extension TrainingData {
  /// The parts of a source as a run with these settings takes them.
  ///
  /// - Parameters:
  ///   - origin: where the data are, in words.
  ///   - threadCount: threads that prepare images.
  /// - Throws: `DataSetError`, `UnreadableFile`, `AugmentationError`.
  public init(_ source: DataSource, _ settings: TrainingSettings, origin: String, threadCount: Int) throws {
    try settings.augmentation.check(inputSize: settings.preprocessing.inputSize)
    let fingerprint = try source.fingerprint()
    // What the data set apart themselves goes before what the settings ask for.
    let source = source.validation == nil ? try source.holdingOut(settings.validation, seed: settings.seed) : source
    try source.training.requireTrainable(batchSize: settings.batchSize)
    func judging(_ dataSet: any DataSet) -> DataSetSource {
      DataSetSource(dataSet, .evaluation, preprocessing: settings.preprocessing, threadCount: threadCount)
    }
    self.init(
      classes: source.training.classes,
      training: DataSetSource(
        source.training, .training, preprocessing: settings.preprocessing, augmentation: settings.augmentation,
        seed: settings.seed, threadCount: threadCount),
      validation: source.validation.map(judging), test: source.test.map(judging), fingerprint: fingerprint,
      origin: origin)
  }
}
