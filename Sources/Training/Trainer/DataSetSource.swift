import ImageInput

/// The batches of a data set for a run. Its `BatchLoader` is made when the first batch is needed.
public final class DataSetSource: BatchSource {
  /// The number of images of each class, in the order of the labels.
  public let classCounts: [Int]
  private let dataSet: any DataSet
  private let preprocessing: Preprocessing
  private let augmentation: Augmentation
  private let purpose: LoaderPurpose
  private let seed: UInt64
  private let threadCount: Int
  private var loader: BatchLoader?

  /// A source of batches.
  ///
  /// - Parameters:
  ///   - dataSet: the images and labels.
  ///   - purpose: training or evaluation.
  ///   - preprocessing: the way from an image to the network's input.
  ///   - augmentation: the random changes of training images. Images for evaluation should have none.
  ///   - seed: the seed of the run.
  ///   - threadCount: the number of threads that prepare images. The batches do not depend on it.
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

  /// The images that could not be read so far, in the order of the data set.
  public var unreadableImages: [UnreadableImage] { loader?.unreadableImages ?? [] }

  /// Decodes images until one image of each class is readable. The result is the first class without a readable
  /// image, or `nil`. Images that are stored as pixels are not checked.
  public func firstUnreadableClass() -> Int? {
    guard dataSet.storedImages == nil else { return nil }
    var isMissing = classCounts.map { $0 > 0 }
    for index in 0..<dataSet.count where isMissing[dataSet.label(index)] {
      if (try? dataSet.image(index)) != nil { isMissing[dataSet.label(index)] = false }
    }
    return isMissing.firstIndex(of: true)
  }

  /// Calls `body` with each batch of an epoch.
  ///
  /// - Throws: errors of `body`, errors of `BatchLoader.init`, and `DataSetError.tooManyUnreadable`.
  /// - Precondition: `dropsLast` is true if and only if the purpose is training.
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
  /// The data of a run with the given settings.
  ///
  /// Validation images are held out as `settings.validation` says, unless the data have a validation set of their
  /// own.
  ///
  /// - Parameters:
  ///   - source: the opened data.
  ///   - settings: the settings of the run.
  ///   - origin: the origin of the data in words, for example a path.
  ///   - threadCount: the number of threads that prepare images.
  /// - Throws: `DataSetError` if a network cannot learn from the data, or so many images cannot be held out.
  ///   `UnreadableFile` if a file cannot be read. `AugmentationError` if an augmentation is impossible at the input's
  ///   size.
  public init(_ source: DataSource, _ settings: TrainingSettings, origin: String, threadCount: Int) throws {
    try settings.augmentation.check(inputSize: settings.preprocessing.inputSize)
    let fingerprint = try source.fingerprint()
    // A validation set of the data has priority over the one that the settings ask for.
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
