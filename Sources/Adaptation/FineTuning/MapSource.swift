import InferenceRuntime
import Training

/// Kept maps in the place of images.
final class MapSource: BatchSource {
  /// An image and its maps, which lie one behind the other.
  struct Sample: Hashable, Sendable {
    let label: Int
    /// The maps of its views in the file.
    let maps: Range<Int>
  }

  let classCounts: [Int]
  private let file: MapFile
  private let samples: [Sample]
  private let mapShape: [Int]
  /// Decides about order and views; nothing for images to be judged by, which come in their order as they are.
  private let seed: UInt64?

  init(_ file: MapFile, _ samples: [Sample], classCount: Int, mapShape: [Int], shufflingBy seed: UInt64?) {
    self.file = file
    self.samples = samples
    self.mapShape = mapShape
    self.seed = seed
    var counts = [Int](repeating: 0, count: classCount)
    for sample in samples { counts[sample.label] += 1 }
    classCounts = counts
  }

  func forEachBatch(
    epoch: Int, batchSize: Int, dropsLast: Bool, _ body: (TrainingBatch) throws -> Void
  ) throws {
    let order = order(epoch: epoch)
    let batch = TrainingBatch(capacity: batchSize, sampleShape: mapShape)
    for start in stride(from: 0, to: order.count, by: batchSize) {
      let members = order[start..<min(start + batchSize, order.count)]
      if dropsLast, members.count < batchSize { return }
      batch.count = members.count
      for (place, index) in members.enumerated() {
        try file.read(map(of: index, epoch: epoch), into: batch.images + place * batch.sampleCount)
        batch.labels[place] = Int32(samples[index].label)
      }
      try body(batch)
    }
  }

  /// The samples of an epoch in their order.
  func order(epoch: Int) -> [Int] {
    guard let seed else { return Array(samples.indices) }
    var numbers = CounterGenerator(seed: seed, stream: .shuffle, epoch: epoch)
    return numbers.permutation(samples.count)
  }

  /// The map that an epoch shows of a sample: in as many epochs as there are views, each once, in an order that is drawn
  /// anew then.
  func map(of index: Int, epoch: Int) -> Int {
    let maps = samples[index].maps
    guard let seed else { return maps.lowerBound }
    let (round, turn) = epoch.quotientAndRemainder(dividingBy: maps.count)
    var numbers = CounterGenerator(seed: seed, stream: .view, epoch: round, sample: index)
    return maps.lowerBound + numbers.permutation(maps.count)[turn]
  }
}
