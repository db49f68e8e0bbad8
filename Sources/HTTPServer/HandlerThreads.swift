import Dispatch
import Glibc
import Synchronization
import Threads

/// Threads on which handlers run, as many as there are processors.
///
/// A handler may compute for a while, as one that parses a large body does. On the threads that Swift's tasks share,
/// of which there are no more either, a few such handlers would hold up every other task of the process, and health
/// checks with them.
final class HandlerThreads: TaskExecutor {
  /// One set for all servers of the process; as with Swift's own, they never end.
  static let shared = HandlerThreads(count: max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  private let jobs = Mutex<Queue>(Queue())
  private let available = DispatchSemaphore(value: 0)

  /// Jobs in their order, in two arrays: each is moved once.
  private struct Queue {
    var incoming: [UnownedJob] = []
    /// The first comes last.
    var outgoing: [UnownedJob] = []

    mutating func popFirst() -> UnownedJob? {
      if outgoing.isEmpty { (outgoing, incoming) = (incoming.reversed(), []) }
      return outgoing.popLast()
    }
  }

  private init(count: Int) {
    for index in 0..<count {
      SystemThread(name: "handler-\(index)") { [self] in
        while true { runNext() }
      }
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.incoming.append(job) }
    available.signal()
  }

  private func runNext() {
    available.wait()
    guard let job = jobs.withLock({ $0.popFirst() }) else { return }
    job.runSynchronously(on: asUnownedTaskExecutor())
  }
}
