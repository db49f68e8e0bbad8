import Synchronization

@testable import Training

/// Points around one centre a class, as images of 1 x 2 x 4: easy to tell apart, but not without errors.
final class BlobSource: BatchSource {
  static let shape = [1, 2, 4]

  let classCounts: [Int]
  private let seed: UInt64
  /// How often somebody went through all images.
  let readings = Mutex(0)

  init(classCounts: [Int], seed: UInt64) {
    self.classCounts = classCounts
    self.seed = seed
  }

  func forEachBatch(
    epoch: Int, batchSize: Int, dropsLast: Bool, _ body: (TrainingBatch) throws -> Void
  ) throws {
    readings.withLock { $0 += 1 }
    let labels = classCounts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
    let order = labels.indices.sorted { hash($0, epoch) < hash($1, epoch) }
    let batch = TrainingBatch(capacity: batchSize, sampleShape: Self.shape)
    for start in stride(from: 0, to: order.count, by: batchSize) {
      batch.count = min(batchSize, order.count - start)
      guard batch.count == batchSize || !dropsLast else { return }
      for place in 0..<batch.count { fill(batch, place, sample: order[start + place], labels, epoch) }
      try body(batch)
    }
  }

  private func fill(_ batch: TrainingBatch, _ place: Int, sample: Int, _ labels: [Int], _ epoch: Int) {
    batch.labels[place] = Int32(labels[sample])
    var numbers = CounterGenerator(seed: seed, stream: .shuffle, sample: sample)
    for feature in 0..<8 {
      let centre = feature % classCounts.count == labels[sample] ? 1.0 : 0
      batch.images[place * 8 + feature] = Float(centre + numbers.normal() + 0.1 * Double(epoch % 3))
    }
  }

  private func hash(_ sample: Int, _ epoch: Int) -> Double {
    var numbers = CounterGenerator(seed: seed, stream: .shuffle, epoch: epoch + 1, sample: sample)
    return numbers.uniform()
  }
}
