import Threads

/// Batches on their way around, from the threads that fill them to the one that uses them, in order and a few ahead.
///
/// Batch `n` lies in slot `n % slots`. A thread takes the next number once the batch before it in the same slot was
/// given back; the user waits for exactly the number that comes next.
///
/// `@unchecked Sendable`: everything that changes is touched only under `hasChanged`.
final class BatchRing: @unchecked Sendable {
  private let slotCount: Int
  private let hasChanged = MonotonicCondition()
  /// The next number to be filled, and the first that is not.
  private var nextToFill: Int
  private var end: Int
  /// Numbers below are given back.
  private var released: Int
  /// By slot: the number that is filled there, or -1.
  private var filled: [Int]
  /// What went wrong with a batch; none after it is filled.
  private var failure: (number: Int, error: any Error)?

  init(numbers: Range<Int>, slotCount: Int) {
    self.slotCount = slotCount
    nextToFill = numbers.lowerBound
    released = numbers.lowerBound
    end = numbers.upperBound
    filled = [Int](repeating: -1, count: slotCount)
  }

  /// A number for the calling thread to fill; waits for room. Nothing when there is no more to do.
  func take() -> Int? {
    hasChanged.withLock {
      while nextToFill < end, nextToFill >= released + slotCount { hasChanged.wait() }
      guard nextToFill < end else { return nil }
      defer { nextToFill += 1 }
      return nextToFill
    }
  }

  func finish(_ number: Int) {
    change { filled[number % slotCount] = number }
  }

  /// Ends with an error in the place of a batch; those before it are still delivered. Of several the first counts.
  func fail(_ number: Int, _ error: any Error) {
    change {
      if failure.map({ number < $0.number }) ?? true { failure = (number, error) }
      end = min(end, number)
    }
  }

  /// Waits for a batch. The batches before it are given back.
  func deliver(_ number: Int) throws {
    let error: (any Error)? = change {
      released = number
      hasChanged.broadcast()
      while filled[number % slotCount] != number {
        if let failure, failure.number <= number { return failure.error }
        hasChanged.wait()
      }
      return nil
    }
    if let error { throw error }
  }

  /// Nothing more is filled.
  func stop() {
    change { end = min(end, nextToFill) }
  }

  private func change<Result>(_ body: () -> Result) -> Result {
    hasChanged.withLock {
      defer { hasChanged.broadcast() }
      return body()
    }
  }
}
