public import ImageInput

/// Makes batches of a data set, epoch by epoch, in memory that is taken once.
///
/// Epoch and seed alone decide on every bit: an epoch may begin at any batch, be made by any number of threads, and is
/// the same. Images that are stored in memory, or were kept, are prepared without allocating anything, but for
/// `resized-crop`.
public final class BatchLoader {
  public let dataSet: any DataSet
  public let options: LoaderOptions
  private let filler: BatchFiller
  private let slots: [TrainingBatch]
  private let scratches: [PreparationScratch]
  private weak var running: EpochBatches?

  /// - Throws: `PreprocessingError`; `AugmentationError`; `DataSetError` for data without an image, or to train with
  ///   and of fewer images than a batch.
  public init(
    _ dataSet: any DataSet, preprocessing: Preprocessing, augmentation: Augmentation = .none, options: LoaderOptions
  ) throws {
    guard dataSet.count > 0 else { throw DataSetError.noImages(place: dataSet.name) }
    guard options.purpose == .evaluation || dataSet.count >= options.batchSize else {
      throw DataSetError.tooFewImages(place: dataSet.name, count: dataSet.count, batchSize: options.batchSize)
    }
    let preparation = try SamplePreparation(
      dataSet, preprocessing: preprocessing, augmentation: augmentation, seed: options.seed,
      cacheBytes: options.cacheBytes)
    self.dataSet = dataSet
    self.options = options
    filler = BatchFiller(dataSet, preparation, options)
    slots = (0..<options.batchCount).map { _ in
      TrainingBatch(capacity: options.batchSize, sampleShape: preparation.sampleShape)
    }
    scratches = (0..<options.threadCount).map { _ in preparation.makeScratch() }
  }

  /// Batches of one epoch.
  public var batchCount: Int { filler.batchCount }

  /// `[C, H, W]`
  public var sampleShape: [Int] { filler.preparation.sampleShape }

  /// The images that were found unreadable so far, in the order of the data set.
  public var unreadableImages: [UnreadableImage] { filler.unreadable.all }

  /// Begins to make the batches of an epoch. One epoch at a time: the one before is stopped.
  ///
  /// - Parameters:
  ///   - epoch: from 0.
  ///   - first: the batch to begin with, where a run is resumed.
  ///   - view: which picture of each sample, where an epoch shows several.
  public func batches(epoch: Int, from first: Int = 0, view: Int = 0) -> EpochBatches {
    running?.stop()
    let batches = EpochBatches(
      filler, epoch: epoch, view: view, from: first, slots: slots, scratches: scratches)
    running = batches
    return batches
  }
}
