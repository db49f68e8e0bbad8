import CIntrinsics
import Glibc
import Synchronization

/// A fixed set of threads that share out the tasks of one kernel call at a time.
///
/// The calling thread works too, so a pool of two starts one thread. Between calls that follow one another closely the
/// threads spin, since waking a sleeper takes longer than a small layer; after a short idle time they sleep and leave
/// their cores to others. Calls from several threads take turns.
public final class WorkerPool: Sendable {
  /// Threads that work on a call, the caller included.
  public let threadCount: Int
  private let state: PoolState
  private let binding: ProcessorBinding?

  /// - Parameter isPinned: whether each thread stays on a processor of its own, if the process has as many; whoever
  ///   calls the pool then says so by `pinCallingThread`.
  public init(threadCount: Int, isPinned: Bool = false) {
    precondition(threadCount >= 1, "a pool needs at least the calling thread")
    self.threadCount = threadCount
    state = PoolState(threadCount: threadCount)
    binding = isPinned ? ProcessorBinding(threadCount: threadCount) : nil
    for worker in 1..<threadCount { startThread(state, binding, worker: worker) }
  }

  /// Makes the calling thread the pool's first: where the pool is pinned, it stays on the first processor from now on.
  public func pinCallingThread() {
    binding?.bindCallingThread(worker: 0)
  }

  deinit {
    state.stop()
  }

  /// Runs `body(worker, task)` for every task in `0..<taskCount` and returns when all are done.
  ///
  /// `worker` is below `threadCount` and identifies the thread, so that each can use scratch memory of its own. Each
  /// thread begins with a range of neighbouring tasks, the same one in every call of as many, and helps others when it has
  /// done its own: neighbours read the same lines of memory, which two threads would pass to and fro.
  public func run(taskCount: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    guard taskCount > 0 else { return }
    state.callers.withLock { _ in
      guard threadCount > 1, taskCount > 1 else {
        for task in 0..<taskCount { body(0, task) }
        return
      }
      withoutActuallyEscaping(body) { body in
        state.open(Job(taskCount: taskCount, body: body))
        state.work(worker: 0)
        state.close()
      }
    }
  }
}

private struct Job {
  let taskCount: Int
  let body: (Int, Int) -> Void
}

/// Neighbouring tasks, which one thread begins with and others may help with.
///
/// `@unchecked Sendable`: `upperBound` is written only by the caller while no helper is active.
private final class TaskRange: @unchecked Sendable {
  private let next = Atomic<Int>(0)
  private var upperBound = 0

  func reset(_ tasks: Range<Int>) {
    next.store(tasks.lowerBound, ordering: .relaxed)
    upperBound = tasks.upperBound
  }

  func take() -> Int? {
    let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return task < upperBound ? task : nil
  }
}

/// What the threads of one pool share.
///
/// A job is open while `openJob` holds its number. A helper joins by raising `activeHelpers` and looking at `openJob`
/// again; the caller closes the job and waits until no helper is active. A helper that wakes late thus finds the job
/// closed and is not waited for.
///
/// `@unchecked Sendable`: `job` and `jobCount` are written only by the caller while no helper is active, and read only
/// by the caller and by active helpers of an open job; `isStopping` is touched only under `mutex`.
private final class PoolState: @unchecked Sendable {
  /// About 50 microseconds.
  private static let spins = 1500
  private static let closed = 0

  let callers = Mutex<Void>(())
  private var job: Job?
  private var jobCount = 0
  private let openJob = Atomic<Int>(closed)
  /// One for each thread.
  private let ranges: [TaskRange]
  private let activeHelpers = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let awake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var isStopping = false

  init(threadCount: Int) {
    ranges = (0..<threadCount).map { _ in TaskRange() }
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(awake, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(awake)
    mutex.deallocate()
    awake.deallocate()
  }

  func open(_ job: Job) {
    self.job = job
    jobCount += 1
    for (worker, range) in ranges.enumerated() {
      range.reset(job.taskCount * worker / ranges.count..<job.taskCount * (worker + 1) / ranges.count)
    }
    openJob.store(jobCount, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
      pthread_mutex_lock(mutex)
      pthread_cond_broadcast(awake)
      pthread_mutex_unlock(mutex)
    }
  }

  func work(worker: Int) {
    guard let job else { return }
    for distance in 0..<ranges.count {
      let range = ranges[(worker + distance) % ranges.count]
      while let task = range.take() { job.body(worker, task) }
    }
  }

  func close() {
    openJob.store(Self.closed, ordering: .sequentiallyConsistent)
    var spins = 0
    while activeHelpers.load(ordering: .sequentiallyConsistent) > 0 {
      spins += 1
      // A helper that has lost its core to another thread gets this one.
      if spins < Self.spins { convserve_pause() } else { sched_yield() }
    }
    job = nil
  }

  func stop() {
    pthread_mutex_lock(mutex)
    isStopping = true
    pthread_cond_broadcast(awake)
    pthread_mutex_unlock(mutex)
  }

  /// The life of a helper thread: wait for a job, share in it, until the pool stops.
  func help(worker: Int) {
    var seen = Self.closed
    while let number = nextJob(after: seen) {
      activeHelpers.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if openJob.load(ordering: .sequentiallyConsistent) == number { work(worker: worker) }
      activeHelpers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      seen = number
    }
  }

  /// Waits for a job other than `seen`; `nil` when the pool stops.
  private func nextJob(after seen: Int) -> Int? {
    for _ in 0..<Self.spins {
      if let number = openNumber(after: seen) { return number }
      convserve_pause()
    }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    defer { sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
    while !isStopping {
      if let number = openNumber(after: seen) { return number }
      pthread_cond_wait(awake, mutex)
    }
    return nil
  }

  private func openNumber(after seen: Int) -> Int? {
    let number = openJob.load(ordering: .sequentiallyConsistent)
    return number == Self.closed || number == seen ? nil : number
  }
}

private final class ThreadStart {
  let state: PoolState
  let binding: ProcessorBinding?
  let worker: Int

  init(_ state: PoolState, _ binding: ProcessorBinding?, _ worker: Int) {
    self.state = state
    self.binding = binding
    self.worker = worker
  }
}

private func startThread(_ state: PoolState, _ binding: ProcessorBinding?, worker: Int) {
  let start = Unmanaged.passRetained(ThreadStart(state, binding, worker))
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { argument in
      let start = Unmanaged<ThreadStart>.fromOpaque(argument!).takeRetainedValue()
      start.binding?.bindCallingThread(worker: start.worker)
      start.state.help(worker: start.worker)
      return nil
    }, start.toOpaque())
  precondition(status == 0, "pthread_create failed: \(String(cString: strerror(status)))")
  pthread_detach(thread)
}
