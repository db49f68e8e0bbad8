/// Fills batches with the samples of a data set; several threads may at once, each another batch with scratch memory of
/// its own.
final class BatchFiller: Sendable {
  let dataSet: any DataSet
  let preparation: SamplePreparation
  let unreadable: UnreadableImages
  private let options: LoaderOptions

  init(_ dataSet: any DataSet, _ preparation: SamplePreparation, _ options: LoaderOptions) {
    self.dataSet = dataSet
    self.preparation = preparation
    self.options = options
    unreadable = UnreadableImages(name: dataSet.name, limit: options.unreadableLimit.count(of: dataSet.count))
  }

  /// Batches of one epoch.
  var batchCount: Int {
    switch options.purpose {
    case .training: dataSet.count / options.batchSize
    case .evaluation: (dataSet.count + options.batchSize - 1) / options.batchSize
    }
  }

  /// The samples of an epoch in their order.
  func order(epoch: Int) -> [Int] {
    switch options.purpose {
    case .training:
      var generator = CounterGenerator(seed: options.seed, stream: .shuffle, epoch: epoch)
      return generator.permutation(dataSet.count)
    case .evaluation: return Array(0..<dataSet.count)
    }
  }

  /// - Throws: `DataSetError`
  func fill(
    _ batch: TrainingBatch, number: Int, of order: [Int], epoch: Int, view: Int, _ scratch: PreparationScratch
  ) throws(DataSetError) {
    batch.count = 0
    let places = number * options.batchSize..<min((number + 1) * options.batchSize, order.count)
    for place in places {
      guard let sample = try add(to: batch, from: place, of: order, epoch: epoch, view: view, scratch) else { continue }
      batch.labels[batch.count] = Int32(dataSet.label(sample))
      batch.count += 1
    }
  }

  /// Prepares the sample at a place of the order. In training, an unreadable sample is replaced by the next readable
  /// one.
  ///
  /// - Returns: the sample that was prepared, or `nil` if none could be read.
  private func add(
    to batch: TrainingBatch, from place: Int, of order: [Int], epoch: Int, view: Int, _ scratch: PreparationScratch
  ) throws(DataSetError) -> Int? {
    let target = batch.images + batch.count * batch.sampleCount
    let candidates = options.purpose == .training ? order.count : 1
    for step in 0..<candidates {
      let sample = order[(place + step) % order.count]
      let draw = SampleDraw(epoch: epoch, sample: sample, view: view)
      if try prepare(draw, scratch, into: target) { return sample }
    }
    return nil
  }

  /// Whether the sample can be read.
  private func prepare(
    _ draw: SampleDraw, _ scratch: PreparationScratch, into target: UnsafeMutablePointer<Float>
  ) throws(DataSetError) -> Bool {
    if unreadable.contains(draw.sample) { return false }
    do {
      try preparation.prepare(draw, scratch, into: target)
      return true
    } catch {
      try unreadable.note(
        UnreadableImage(
          index: draw.sample, identifier: dataSet.identifier(draw.sample), reason: String(describing: error)))
      return false
    }
  }
}
