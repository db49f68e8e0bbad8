import CIntrinsics
import Glibc
import Synchronization

/// Tasks that one thread hands out and takes part in, and that others may take as well.
struct Job {
  let taskCount: Int
  /// Takes the number of the thread, and the task.
  let body: (Int, Int) -> Void
}

/// Where threads find the job that its owner has to share, one after the other.
///
/// A job is open while `openJob` holds its number. A helper joins by raising `activeHelpers` and looking at `openJob`
/// again; the owner closes the job and waits until no helper is active. A helper that comes late thus finds the job
/// closed and leaves at once.
///
/// `@unchecked Sendable`: `job` and `jobCount` are written only by the owner while no helper is active, and read only
/// by the owner and by active helpers of an open job.
final class SharedJob: @unchecked Sendable {
  static let closed = 0

  private var job: Job?
  private var jobCount = 0
  private let openJob = Atomic<Int>(closed)
  private let ranges: [TaskRange]
  private let activeHelpers = Atomic<Int>(0)

  /// - Parameter rangeCount: into how many ranges of neighbouring tasks a job is cut, for as many threads to begin with.
  init(rangeCount: Int) {
    ranges = (0..<rangeCount).map { _ in TaskRange() }
  }

  /// Number of the job that is open, or `closed`.
  var openNumber: Int { openJob.load(ordering: .sequentiallyConsistent) }

  /// Whether some tasks are not taken yet.
  var hasTasks: Bool { ranges.contains { !$0.isEmpty } }

  /// For the owner.
  ///
  /// - Returns: the job's number.
  @discardableResult
  func open(_ job: Job) -> Int {
    precondition(self.job == nil, "what shares a job calls for another one inside of it")
    self.job = job
    jobCount += 1
    for (index, range) in ranges.enumerated() {
      range.reset(evenPart(index, of: ranges.count, of: job.taskCount))
    }
    openJob.store(jobCount, ordering: .sequentiallyConsistent)
    return jobCount
  }

  /// Takes tasks until none is left: first those of the thread's own range. For the owner, and active helpers.
  func work(worker: Int) {
    guard let job else { return }
    for distance in 0..<ranges.count {
      let range = ranges[(worker + distance) % ranges.count]
      while let task = range.take() { job.body(worker, task) }
    }
  }

  /// For the owner: lets no helper join any more, and waits for the helpers that have joined.
  func close() {
    openJob.store(Self.closed, ordering: .sequentiallyConsistent)
    var wait = SpinningWait()
    while activeHelpers.load(ordering: .sequentiallyConsistent) > 0 { wait.once() }
    job = nil
  }

  /// For all others: takes tasks of job `number`, if it is still open.
  func help(_ number: Int, worker: Int) {
    activeHelpers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    if openNumber == number { work(worker: worker) }
    activeHelpers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
  }
}

/// Neighbouring tasks, which one thread begins with and others may help with.
private final class TaskRange: Sendable {
  private let next = Atomic<Int>(0)
  private let end = Atomic<Int>(0)

  var isEmpty: Bool { next.load(ordering: .relaxed) >= end.load(ordering: .relaxed) }

  func reset(_ tasks: Range<Int>) {
    next.store(tasks.lowerBound, ordering: .relaxed)
    end.store(tasks.upperBound, ordering: .relaxed)
  }

  func take() -> Int? {
    let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return task < end.load(ordering: .relaxed) ? task : nil
  }
}

/// Waits for an event that is about to happen on another core.
struct SpinningWait {
  /// About 50 microseconds.
  static let spins = 1500
  private var count = 0

  mutating func once() {
    count += 1
    // A thread that has lost its core to another one gets this one.
    if count < Self.spins { convserve_pause() } else { sched_yield() }
  }
}
