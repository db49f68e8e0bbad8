public import ImageInput

/// Makes the batches of a data set, epoch by epoch, in memory that is allocated once.
///
/// The seed and the epoch decide every bit of a batch. An epoch may begin at any batch and be prepared by any number
/// of threads without a difference. Images that are stored or cached in memory are prepared without allocations,
/// except with `resized-crop`.
///
/// A loader is not `Sendable`: one thread at a time may use it.
public final class BatchLoader {
  /// The data set that the batches are made of.
  public let dataSet: any DataSet
  /// The options that the loader was made with.
  public let options: LoaderOptions
  private let filler: BatchFiller
  private let slots: [TrainingBatch]
  private let scratches: [PreparationScratch]
  private weak var running: EpochBatches?

  /// Allocates the memory of a loader. No image is read yet.
  ///
  /// - Parameters:
  ///   - dataSet: the images and labels.
  ///   - preprocessing: the way from an image to the network's input. If it averages ten crops, the centre crop is
  ///     taken.
  ///   - augmentation: the random changes of each image.
  ///   - options: purpose, batch size, threads and limits.
  /// - Throws: `DataSetError.noImages` for data without images. `DataSetError.tooFewImages` for training data with
  ///   fewer images than a batch. `AugmentationError` if an augmentation is impossible at the input's size.
  ///   `PreprocessingError` if the preprocessing cannot be done without normalising.
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

  /// The number of batches of one epoch. Training leaves out an incomplete last batch.
  public var batchCount: Int { filler.batchCount }

  /// The shape of one sample, `[C, H, W]`.
  public var sampleShape: [Int] { filler.preparation.sampleShape }

  /// The images that could not be read so far, in the order of the data set.
  public var unreadableImages: [UnreadableImage] { filler.unreadable.all }

  /// Begins to prepare the batches of an epoch on threads of its own. A loader prepares one epoch at a time: an epoch
  /// that is still under way is stopped.
  ///
  /// - Parameters:
  ///   - epoch: the epoch, from 0.
  ///   - first: the number of the first batch, from 0; more than 0 if a run is resumed.
  ///   - view: the number of the picture of each sample, if an epoch shows several.
  /// - Returns: the batches, which `EpochBatches.next` gives one after the other.
  /// - Precondition: `first` is at most `batchCount`.
  public func batches(epoch: Int, from first: Int = 0, view: Int = 0) -> EpochBatches {
    running?.stop()
    let batches = EpochBatches(
      filler, epoch: epoch, view: view, from: first, slots: slots, scratches: scratches)
    running = batches
    return batches
  }
}
