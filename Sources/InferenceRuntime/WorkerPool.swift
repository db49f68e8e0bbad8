import CIntrinsics
import Synchronization
import Threads

/// A fixed set of threads that share out the tasks of kernel calls.
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

  /// Makes the calling thread the pool's first: where the pool is pinned, it stays on the first processor from now on.
  public func pinCallingThread() {
    binding?.bindCallingThread(worker: 0)
  }

  deinit {
    state.stop()
  }

  /// Runs `body(worker, task)` for every task in `0..<taskCount` and returns when all are done. `body` must not call the
  /// pool.
  ///
  /// `worker` is below `threadCount` and identifies the thread, so that each can use scratch memory of its own. Each
  /// thread begins with a range of neighbouring tasks, the same one in every call of as many, and helps others when it has
  /// done its own: neighbours read the same lines of memory, which two threads would pass to and fro.
  public func run(taskCount: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    state.callers.withLock { _ in run(taskCount: taskCount, parts: 0, body) }
  }

  /// Runs `body` for each of `count` parts, at most one for each thread, of work whose parts need nothing of one another.
  /// `body` must not call the pool, but its part.
  ///
  /// The thread that has taken a part goes through all its calls with nobody to wait for in between. Threads that find no
  /// part left help with the calls of the others.
  public func runParts(count: Int, _ body: (Part) -> Void) {
    precondition(count <= threadCount, "\(count) parts are too many for \(threadCount) threads")
    state.callers.withLock { [state] _ in
      run(taskCount: count, parts: count) { worker, index in
        body(Part(job: threadCount > 1 ? state.partJobs[index] : nil, index: index, count: count, worker: worker))
        state.partIsDone()
      }
    }
  }

  /// One of the parts of `runParts`, in the hands of one thread.
  public struct Part {
    fileprivate let job: SharedJob?
    public let index: Int
    /// How many parts there are.
    public let count: Int
    fileprivate let worker: Int

    /// The part's share of `total` things.
    public func range(of total: Int) -> Range<Int> { evenPart(index, of: count, of: total) }

    /// As the pool's; the body must not call the part either.
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

/// What the threads of one pool share.
///
/// `@unchecked Sendable`: `isStopping` is touched only under `awake`.
private final class PoolState: @unchecked Sendable {
  let callers = Mutex<Void>(())
  /// What the caller shares with all threads.
  private let job: SharedJob
  /// What the owner of each part shares with threads that have none.
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

  /// Takes tasks of all parts of the caller's job `number` until they are done. Nobody waits for whoever does so between
  /// tasks, so that a thread which has lost its core meanwhile holds up no one.
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
