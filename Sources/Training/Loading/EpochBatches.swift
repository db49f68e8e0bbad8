import Threads

/// The batches of one epoch, prepared by threads of its own while earlier batches are used.
///
/// ```swift
/// let batches = loader.batches(epoch: 3, from: 120)
/// while let batch = try batches.next() { plan.computeGradients(batch, step: ...) }
/// ```
public final class EpochBatches {
  /// The number of batches of the whole epoch, also if it begins at a later batch.
  public let count: Int
  /// The number, from 0, of the batch that `next()` looks at next.
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

  /// Waits for the next batch. It may be used until the next call, which reuses its memory.
  ///
  /// Each batch has at least one sample. A batch of which no image can be read is left out.
  ///
  /// - Returns: the batch, or `nil` after the last one.
  /// - Throws: `DataSetError.tooManyUnreadable` if more images are unreadable than the limit accepts. The epoch then
  ///   ends.
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

  /// Ends the epoch early. All its threads have ended when the call returns. Releasing the object does the same.
  public func stop() {
    ring.stop()
    for thread in threads { thread.join() }
    threads = []
  }
}
