import CIntrinsics
import Synchronization
import Threads

/// A fixed set of threads that share the tasks of kernel calls.
///
/// The calling thread works too, so a pool of two starts one thread. Between calls that follow one another closely
/// the threads spin, because waking a sleeping thread takes longer than a small layer. After some tens of
/// microseconds without work they sleep and leave their cores to others. Calls from several threads take turns. The
/// threads end when the pool is released.
public final class WorkerPool: Sendable {
  /// The number of threads that work on a call, the calling thread included.
  public let threadCount: Int
  private let state: PoolState
  private let binding: ProcessorBinding?

  /// Starts the threads of a pool, named `compute-1` and so on.
  ///
  /// - Parameters:
  ///   - threadCount: the threads of the pool, the calling thread included; at least 1.
  ///   - isPinned: whether each thread stays on a processor of its own. The option has no effect if the process may
  ///     use fewer processors than the pool has threads. The calling thread joins by `pinCallingThread`.
  public init(threadCount: Int, isPinned: Bool = false) {
    precondition(threadCount >= 1, "a pool needs at least the calling thread")
    self.threadCount = threadCount
    state = PoolState(threadCount: threadCount)
    binding = isPinned ? ProcessorBinding(threadCount: threadCount) : nil
    for worker in 1..<threadCount {
      SystemThread(name: "compute-\(worker)") { [state, binding] in
        binding?.bindCallingThread(worker: worker)
        state.help(worker: worker)
      }
    }
  }

  /// Whether each thread stays on a processor of its own.
  var isPinned: Bool { binding != nil }

  /// Runs `body` with the calling thread as `pinCallingThread` makes it; afterwards the thread may run where it could
  /// before.
  func withPinnedCaller<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    guard let binding else { return try body() }
    let before = ProcessorBinding.callersMask
    binding.bindCallingThread(worker: 0)
    defer { ProcessorBinding.bindCallingThread(to: before) }
    return try body()
  }

  /// Binds the calling thread to the first processor of a pinned pool, until the thread ends. Without effect if the
  /// pool is not pinned.
  public func pinCallingThread() {
    binding?.bindCallingThread(worker: 0)
  }

  deinit {
    state.stop()
  }

  /// Runs `body` for every task in `0..<taskCount`, and returns when all tasks are done.
  ///
  /// Each thread begins with a range of neighbouring tasks, and the range is the same in every call with as many
  /// tasks. Neighbouring tasks read the same cache lines, which two threads would otherwise pass to and fro. A thread
  /// that has finished its range takes tasks from others.
  ///
  /// - Parameters:
  ///   - taskCount: the number of tasks; `body` is not called if it is 0.
  ///   - body: computes one task. It must not call the pool. `worker` is at least 0 and below `threadCount`, and
  ///     identifies the thread, so that each thread can use scratch memory of its own.
  public func run(taskCount: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    state.callers.withLock { _ in run(taskCount: taskCount, parts: 0, body) }
  }

  /// Runs `body` for each of `count` independent parts of some work, at most one part for each thread.
  ///
  /// The thread that takes a part makes all calls of the part without waiting for other threads. Threads that find no
  /// part left help with the calls of the other parts.
  ///
  /// - Parameters:
  ///   - count: the number of parts.
  ///   - body: computes one part. It must not call the pool, but may call `Part.run`.
  /// - Precondition: `count` is at most `threadCount`.
  public func runParts(count: Int, _ body: (Part) -> Void) {
    precondition(count <= threadCount, "\(count) parts are too many for \(threadCount) threads")
    state.callers.withLock { [state] _ in
      run(taskCount: count, parts: count) { worker, index in
        body(Part(job: threadCount > 1 ? state.partJobs[index] : nil, index: index, count: count, worker: worker))
        state.partIsDone()
      }
    }
  }

  /// One of the parts of a `runParts` call, held by the thread that computes it.
  public struct Part {
    fileprivate let job: SharedJob?
    /// The position of the part among all parts, from 0.
    public let index: Int
    /// The number of parts of the call.
    public let count: Int
    fileprivate let worker: Int

    /// The share of this part in `total` things. The shares of all parts are consecutive, cover `0..<total`, and
    /// differ in length by at most one.
    public func range(of total: Int) -> Range<Int> { evenPart(index, of: count, of: total) }

    /// Runs `body` for every task in `0..<taskCount`, as `WorkerPool.run` does. Threads of the pool that have no part
    /// help. `body` must not call the pool or the part.
    public func run(taskCount: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
      guard let job, taskCount > 1 else {
        for task in 0..<taskCount { body(worker, task) }
        return
      }
      withoutActuallyEscaping(body) { body in
        job.open(Job(taskCount: taskCount, body: body))
        job.work(worker: worker)
        job.close()
      }
    }
  }

  /// Call as the only caller.
  private func run(taskCount: Int, parts: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    guard threadCount > 1, taskCount > 1 || parts > 0 else {
      for task in 0..<taskCount { body(0, task) }
      return
    }
    withoutActuallyEscaping(body) { body in
      state.run(Job(taskCount: taskCount, body: body), parts: parts)
    }
  }
}

/// The state that the threads of one pool share.
///
/// `@unchecked Sendable`: `isStopping` is touched only under `awake`.
private final class PoolState: @unchecked Sendable {
  let callers = Mutex<Void>(())
  /// The job that the caller shares with all threads.
  private let job: SharedJob
  /// For each part, the job that its owner shares with threads without a part.
  let partJobs: [SharedJob]
  private let unfinishedParts = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let awake = MonotonicCondition()
  private var isStopping = false

  init(threadCount: Int) {
    job = SharedJob(rangeCount: threadCount)
    partJobs = (0..<threadCount).map { _ in SharedJob(rangeCount: 1) }
  }

  /// For the caller, which is the first of the threads.
  func run(_ job: Job, parts: Int) {
    unfinishedParts.store(parts, ordering: .sequentiallyConsistent)
    let number = self.job.open(job)
    wakeSleepers()
    self.job.work(worker: 0)
    helpWithParts(of: number, worker: 0)
    self.job.close()
  }

  func partIsDone() {
    unfinishedParts.wrappingSubtract(1, ordering: .sequentiallyConsistent)
  }

  /// Takes tasks of all parts of the caller's job `number` until they are done. No thread waits for a helper between
  /// tasks, so a helper that has lost its core delays no other thread.
  private func helpWithParts(of number: Int, worker: Int) {
    var wait = SpinningWait()
    while unfinishedParts.load(ordering: .sequentiallyConsistent) > 0, job.openNumber == number {
      var hasHelped = false
      for job in partJobs where job.hasTasks {
        let number = job.openNumber
        guard number != SharedJob.closed else { continue }
        job.help(number, worker: worker)
        hasHelped = true
      }
      if hasHelped { wait = SpinningWait() } else { wait.once() }
    }
  }

  private func wakeSleepers() {
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    awake.withLock { awake.broadcast() }
  }

  func stop() {
    awake.withLock {
      isStopping = true
      awake.broadcast()
    }
  }

  /// The life of a helper thread: wait for a job, share in it, until the pool stops.
  func help(worker: Int) {
    var seen = SharedJob.closed
    while let number = nextJob(after: seen) {
      job.help(number, worker: worker)
      helpWithParts(of: number, worker: worker)
      seen = number
    }
  }

  /// Waits for a job other than `seen`; `nil` when the pool stops.
  private func nextJob(after seen: Int) -> Int? {
    for _ in 0..<SpinningWait.spins {
      if let number = openNumber(after: seen) { return number }
      convserve_pause()
    }
    awake.lock()
    defer { awake.unlock() }
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    defer { sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
    while !isStopping {
      if let number = openNumber(after: seen) { return number }
      awake.wait()
    }
    return nil
  }

  private func openNumber(after seen: Int) -> Int? {
    let number = job.openNumber
    return number == SharedJob.closed || number == seen ? nil : number
  }
}
