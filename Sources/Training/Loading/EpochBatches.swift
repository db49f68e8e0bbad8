import Threads

/// The batches of one epoch, prepared by threads of their own while the ones before are used.
///
/// ```swift
/// let batches = loader.batches(epoch: 3, from: 120)
/// while let batch = try batches.next() { plan.computeGradients(batch, step: ...) }
/// ```
public final class EpochBatches {
  /// Batches of the epoch, those before the first one of here counted in.
  public let count: Int
  /// The number of the batch that `next()` gives.
  public private(set) var nextNumber: Int
  private let ring: BatchRing
  private let slots: [TrainingBatch]
  private var threads: [SystemThread]

  init(
    _ filler: BatchFiller, epoch: Int, view: Int, from first: Int, slots: [TrainingBatch],
    scratches: [PreparationScratch]
  ) {
    let (count, order) = (filler.batchCount, filler.order(epoch: epoch))
    precondition((0...count).contains(first), "batch \(first) is none of the \(count) of an epoch")
    self.count = count
    self.slots = slots
    nextNumber = first
    let ring = BatchRing(numbers: first..<count, slotCount: slots.count)
    self.ring = ring
    threads = scratches.enumerated().map { index, scratch in
      SystemThread(name: "load-\(index)") {
        while let number = ring.take() {
          do {
            try filler.fill(
              slots[number % slots.count], number: number, of: order, epoch: epoch, view: view, scratch)
            ring.finish(number)
          } catch {
            ring.fail(number, error)
          }
        }
      }
    }
  }

  deinit {
    stop()
  }

  /// The next batch, to be used until the next call; nothing after the last. It has at least one sample: batches of
  /// which no image can be read are left out.
  ///
  /// - Throws: `DataSetError.tooManyUnreadable`
  public func next() throws -> TrainingBatch? {
    while nextNumber < count, !threads.isEmpty {
      do {
        try ring.deliver(nextNumber)
      } catch {
        stop()
        throw error
      }
      let batch = slots[nextNumber % slots.count]
      nextNumber += 1
      if batch.count > 0 { return batch }
    }
    stop()
    return nil
  }

  /// Ends early; no thread is left when it returns.
  public func stop() {
    ring.stop()
    for thread in threads { thread.join() }
    threads = []
  }
}
