import ImageInput
import Training

/// Batches of a data set without end: one epoch after the other, each shuffled anew, images as they are.
final class BatchStream {
  private let loader: BatchLoader
  private var epoch = 0
  private var batches: EpochBatches

  /// - Throws: as `BatchLoader`.
  init(
    _ dataSet: any DataSet, preprocessing: Preprocessing, batchSize: Int, seed: UInt64, threadCount: Int
  ) throws {
    loader = try BatchLoader(
      dataSet, preprocessing: preprocessing,
      options: LoaderOptions(.training, batchSize: batchSize, seed: seed, threadCount: threadCount))
    batches = loader.batches(epoch: 0)
  }

  deinit { batches.stop() }

  /// Batches of one epoch.
  var epochLength: Int { loader.batchCount }

  /// To be used until the next call.
  ///
  /// - Throws: `DataSetError` where too many images cannot be read.
  func next() throws -> TrainingBatch {
    while true {
      if let batch = try batches.next() { return batch }
      epoch += 1
      batches = loader.batches(epoch: epoch)
    }
  }

  /// Begins anew with the first batch of the first epoch.
  func restart() {
    epoch = 0
    batches = loader.batches(epoch: 0)
  }
}
