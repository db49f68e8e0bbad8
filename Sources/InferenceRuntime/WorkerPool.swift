import Glibc
import Synchronization

/// A fixed set of threads that share out the tasks of one kernel call at a time.
///
/// The calling thread works too, so a pool of two starts one thread. Calls from several threads take turns.
public final class WorkerPool: Sendable {
  /// Threads that work on a call, the caller included.
  public let threadCount: Int
  private let state: PoolState

  public init(threadCount: Int) {
    precondition(threadCount >= 1, "a pool needs at least the calling thread")
    self.threadCount = threadCount
    state = PoolState()
    for worker in 1..<max(threadCount, 1) { startThread(state, worker: worker) }
  }

  deinit {
    state.stop()
  }

  /// Runs `body(worker, task)` for every task in `0..<taskCount` and returns when all are done.
  ///
  /// `worker` is below `threadCount` and identifies the thread, so that each can use scratch memory of its own.
  public func run(taskCount: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    guard taskCount > 0 else { return }
    guard threadCount > 1, taskCount > 1 else {
      state.callers.withLock { _ in
        for task in 0..<taskCount { body(0, task) }
      }
      return
    }
    state.callers.withLock { _ in
      withoutActuallyEscaping(body) { body in
        state.start(Job(taskCount: taskCount, body: body), helpers: threadCount - 1)
        state.work(worker: 0)
        state.finish()
      }
    }
  }
}

private struct Job {
  let taskCount: Int
  let body: (Int, Int) -> Void
}

/// What the threads of one pool share.
///
/// `@unchecked Sendable`: `job`, `generation`, `pendingHelpers` and `isStopping` are touched only under `mutex`;
/// a job's body is shared with the helpers only between `start` and `finish`, while the caller waits.
private final class PoolState: @unchecked Sendable {
  let callers = Mutex<Void>(())
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let started = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var job: Job?
  private var generation = 0
  private var pendingHelpers = 0
  private var isStopping = false
  private let nextTask = Atomic<Int>(0)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(started, nil)
    pthread_cond_init(finished, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(started)
    pthread_cond_destroy(finished)
    mutex.deallocate()
    started.deallocate()
    finished.deallocate()
  }

  func start(_ job: Job, helpers: Int) {
    pthread_mutex_lock(mutex)
    self.job = job
    nextTask.store(0, ordering: .relaxed)
    pendingHelpers = helpers
    generation += 1
    pthread_cond_broadcast(started)
    pthread_mutex_unlock(mutex)
  }

  func work(worker: Int) {
    guard let job else { return }
    while true {
      let task = nextTask.wrappingAdd(1, ordering: .relaxed).oldValue
      guard task < job.taskCount else { return }
      job.body(worker, task)
    }
  }

  func finish() {
    pthread_mutex_lock(mutex)
    while pendingHelpers > 0 { pthread_cond_wait(finished, mutex) }
    job = nil
    pthread_mutex_unlock(mutex)
  }

  func stop() {
    pthread_mutex_lock(mutex)
    isStopping = true
    pthread_cond_broadcast(started)
    pthread_mutex_unlock(mutex)
  }

  /// The life of a helper thread: wait for a job, share in it, report, until the pool stops.
  func help(worker: Int) {
    var seen = 0
    while true {
      pthread_mutex_lock(mutex)
      while generation == seen, !isStopping { pthread_cond_wait(started, mutex) }
      guard !isStopping else {
        pthread_mutex_unlock(mutex)
        return
      }
      seen = generation
      pthread_mutex_unlock(mutex)
      work(worker: worker)
      pthread_mutex_lock(mutex)
      pendingHelpers -= 1
      if pendingHelpers == 0 { pthread_cond_signal(finished) }
      pthread_mutex_unlock(mutex)
    }
  }
}

private final class ThreadStart {
  let state: PoolState
  let worker: Int

  init(_ state: PoolState, _ worker: Int) {
    self.state = state
    self.worker = worker
  }
}

private func startThread(_ state: PoolState, worker: Int) {
  let start = Unmanaged.passRetained(ThreadStart(state, worker))
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { argument in
      let start = Unmanaged<ThreadStart>.fromOpaque(argument!).takeRetainedValue()
      start.state.help(worker: start.worker)
      return nil
    }, start.toOpaque())
  precondition(status == 0, "pthread_create failed: \(String(cString: strerror(status)))")
  pthread_detach(thread)
}
