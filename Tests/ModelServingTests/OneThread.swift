import Glibc
import Threads

/// An executor with one thread, which goes on for as long as the process.
///
/// `@unchecked Sendable`: all mutable state is touched only under `condition`.
final class OneThread: TaskExecutor, @unchecked Sendable {
  private let condition = MonotonicCondition()
  private var jobs: [UnownedJob] = []
  private var identity: pthread_t?

  init() {
    SystemThread(name: "one-thread") { [self] in
      condition.withLock {
        identity = pthread_self()
        condition.broadcast()
      }
      while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
    }
  }

  /// The thread on which all jobs run.
  var thread: pthread_t {
    condition.withLock {
      while true {
        if let identity { return identity }
        condition.wait()
      }
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      jobs.append(job)
      condition.broadcast()
    }
  }

  private func next() -> UnownedJob {
    condition.withLock {
      while jobs.isEmpty { condition.wait() }
      return jobs.removeFirst()
    }
  }
}
