import Threads

/// A ring of batches between the threads that fill them and the thread that uses them. The batches are delivered in
/// order, and a few are filled ahead.
///
/// Batch `n` lies in slot `n % slots`. A thread takes the next number once the batch before it in the same slot was
/// given back. The user waits for exactly the next number.
///
/// `@unchecked Sendable`: all mutable state is touched only under `hasChanged`.
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
  /// The first batch that could not be filled, and its error. No later batch is filled.
  private var failure: (number: Int, error: any Error)?

  init(numbers: Range<Int>, slotCount: Int) {
    self.slotCount = slotCount
    nextToFill = numbers.lowerBound
    released = numbers.lowerBound
    end = numbers.upperBound
    filled = [Int](repeating: -1, count: slotCount)
  }

  /// Waits for room, and returns the next number to fill; `nil` if all numbers are taken.
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

  /// Ends the ring with an error in place of a batch. Earlier batches are still delivered. If several batches fail,
  /// the one with the lowest number counts.
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

  /// Ends the filling: no further number is taken.
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
