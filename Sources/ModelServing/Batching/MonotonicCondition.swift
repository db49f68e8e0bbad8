import Glibc

/// A lock, and a place to wait for what it guards to change.
///
/// Unlike `NSCondition`, it waits by the monotonic clock: whoever sets the machine's time neither wakes nor delays anybody.
///
/// `@unchecked Sendable`: the two pointers never change, and what they lead to is made for several threads.
final class MonotonicCondition: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    var attributes = pthread_condattr_t()
    Self.check(pthread_condattr_init(&attributes))
    Self.check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC))
    mutex.initialize(to: pthread_mutex_t())
    condition.initialize(to: pthread_cond_t())
    Self.check(pthread_mutex_init(mutex, nil))
    Self.check(pthread_cond_init(condition, &attributes))
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func lock() { Self.check(pthread_mutex_lock(mutex)) }

  func unlock() { Self.check(pthread_mutex_unlock(mutex)) }

  func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock()
    defer { unlock() }
    return try body()
  }

  /// Wakes one of those who wait, where all of them wait for the same.
  func signal() { Self.check(pthread_cond_signal(condition)) }

  /// Wakes whoever waits.
  func broadcast() { Self.check(pthread_cond_broadcast(condition)) }

  /// Waits to be woken, the lock let go meanwhile. It may return without one.
  func wait() { Self.check(pthread_cond_wait(condition, mutex)) }

  /// The same, for no longer than this.
  func wait(atMost duration: Duration) {
    var end = timespec()
    Self.check(clock_gettime(CLOCK_MONOTONIC, &end))
    let (seconds, attoseconds) = max(.zero, duration).components
    let nanoseconds = end.tv_nsec + Int(attoseconds / 1_000_000_000)
    end.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
    end.tv_nsec = nanoseconds % 1_000_000_000
    let outcome = pthread_cond_timedwait(condition, mutex, &end)
    if outcome != ETIMEDOUT { Self.check(outcome) }
  }

  /// Only misuse makes these calls fail.
  private static func check(_ outcome: Int32) {
    precondition(outcome == 0, "a lock was misused: \(String(cString: strerror(outcome)))")
  }
}
