import Glibc

/// A lock, and a place to wait for what it guards to change: the one wrapper of a condition variable in this package.
///
/// Unlike `NSCondition`, it waits by the monotonic clock: whoever sets the machine's time neither wakes nor delays anybody.
///
/// Public, though nobody outside imports this module: the compiler inlines no `package` function into another module, and
/// locking is to cost what the C library's own call costs.
///
/// `@unchecked Sendable`: the two pointers never change, and what they lead to is made for several threads.
public final class MonotonicCondition: @unchecked Sendable {
  @usableFromInline let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  @usableFromInline let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  public init() {
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

  @inlinable public func lock() { Self.check(pthread_mutex_lock(mutex)) }

  @inlinable public func unlock() { Self.check(pthread_mutex_unlock(mutex)) }

  @inlinable
  public func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock()
    defer { unlock() }
    return try body()
  }

  /// Wakes one of those who wait, where all of them wait for the same.
  @inlinable public func signal() { Self.check(pthread_cond_signal(condition)) }

  /// Wakes whoever waits.
  @inlinable public func broadcast() { Self.check(pthread_cond_broadcast(condition)) }

  /// Waits to be woken, the lock let go meanwhile. It may return without one.
  @inlinable public func wait() { Self.check(pthread_cond_wait(condition, mutex)) }

  /// The same, for no longer than this.
  public func wait(atMost duration: Duration) {
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
  @inlinable
  static func check(_ outcome: Int32) {
    if outcome != 0 { wasMisused(outcome) }
  }

  @usableFromInline
  @inline(never)
  static func wasMisused(_ outcome: Int32) -> Never {
    preconditionFailure("a lock was misused: \(String(cString: strerror(outcome)))")
  }
}
