import Glibc

/// Batches on their way around, from the threads that fill them to the one that uses them, in order and a few ahead.
///
/// Batch `n` lies in slot `n % slots`. A thread takes the next number once the batch before it in the same slot was
/// given back; the user waits for exactly the number that comes next.
///
/// `@unchecked Sendable`: everything that changes is touched under `mutex` alone.
final class BatchRing: @unchecked Sendable {
  private let slotCount: Int
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let hasChanged = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
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
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(hasChanged, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(hasChanged)
    mutex.deallocate()
    hasChanged.deallocate()
  }

  /// A number for the calling thread to fill; waits for room. Nothing when there is no more to do.
  func take() -> Int? {
    locked {
      while nextToFill < end, nextToFill >= released + slotCount { wait() }
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
      pthread_cond_broadcast(hasChanged)
      while filled[number % slotCount] != number {
        if let failure, failure.number <= number { return failure.error }
        wait()
      }
      return nil
    }
    if let error { throw error }
  }

  /// Nothing more is filled.
  func stop() {
    change { end = min(end, nextToFill) }
  }

  private func wait() {
    pthread_cond_wait(hasChanged, mutex)
  }

  private func change<Result>(_ body: () -> Result) -> Result {
    locked {
      defer { pthread_cond_broadcast(hasChanged) }
      return body()
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}
