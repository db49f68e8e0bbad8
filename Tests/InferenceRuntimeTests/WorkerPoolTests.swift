import Foundation
import Synchronization
import Testing

@testable import InferenceRuntime

@Suite("worker pool")
struct WorkerPoolTests {
  @Test("every task of a call runs once, whatever the number of threads", arguments: 1...4)
  func everyTask(threadCount: Int) {
    let pool = WorkerPool(threadCount: threadCount)
    for taskCount in [0, 1, 2, 3, 100] {
      let runs = Mutex([Int](repeating: 0, count: taskCount))
      pool.run(taskCount: taskCount) { worker, task in
        #expect((0..<threadCount).contains(worker))
        runs.withLock { $0[task] += 1 }
      }
      #expect(runs.withLock { $0 } == [Int](repeating: 1, count: taskCount))
    }
  }

  @Test("a thread that is held up by one task leaves the rest of its own to others", arguments: 2...4)
  func heldUp(threadCount: Int) {
    let pool = WorkerPool(threadCount: threadCount)
    let others = Atomic(0)
    let taskCount = 40
    pool.run(taskCount: taskCount) { _, task in
      // Which is done when all others are: the thread's own, too, which it would have done after this one.
      if task == 0 {
        while others.load(ordering: .relaxed) < taskCount - 1 { sched_yield() }
      } else {
        others.add(1, ordering: .relaxed)
      }
    }
    #expect(others.load(ordering: .relaxed) == taskCount - 1)
  }

  @Test("each thread begins with neighbouring tasks, the same in every call")
  func neighbours() {
    let pool = WorkerPool(threadCount: 2)
    for _ in 0..<20 {
      let begun = Atomic(0)
      let workers = Mutex([Int](repeating: -1, count: 10))
      pool.run(taskCount: 10) { worker, task in
        workers.withLock { $0[task] = worker }
        // Nobody takes a second task before both have one.
        begun.add(1, ordering: .relaxed)
        while begun.load(ordering: .relaxed) < 2 { sched_yield() }
      }
      let first = workers.withLock { $0 }
      #expect(first[0] == 0 && first[5] == 1)
    }
  }

  @Test("each part runs once, and every task of its calls, by a thread that others help", arguments: 1...4)
  func parts(threadCount: Int) {
    let pool = WorkerPool(threadCount: threadCount)
    for partCount in 0...threadCount {
      let runs = Mutex([[Int]](repeating: [Int](repeating: 0, count: 30), count: partCount))
      pool.runParts(count: partCount) { part in
        for taskCount in [0, 1, 2, 7, 20] {
          part.run(taskCount: taskCount) { worker, task in
            #expect((0..<threadCount).contains(worker))
            runs.withLock { $0[part.index][taskCount == 20 ? 10 + task : taskCount] += 1 }
          }
        }
      }
      let each = [0, 1, 2, 0, 0, 0, 0, 7, 0, 0] + [Int](repeating: 1, count: 20)
      #expect(runs.withLock { $0 } == [[Int]](repeating: each, count: partCount))
    }
  }

  @Test("threads without a part, or done with theirs, help the others", arguments: 2...4, [true, false])
  func helpWithParts(threadCount: Int, isOnlyPart: Bool) {
    let pool = WorkerPool(threadCount: threadCount)
    for _ in 0..<20 {
      let helped = Atomic(0)
      pool.runParts(count: isOnlyPart ? 1 : threadCount) { part in
        guard part.index == 0 else { return }
        // Each task is done when all have been begun, by as many threads.
        part.run(taskCount: threadCount) { _, _ in
          helped.add(1, ordering: .relaxed)
          while helped.load(ordering: .relaxed) < threadCount { sched_yield() }
        }
      }
      #expect(helped.load(ordering: .relaxed) == threadCount)
    }
  }

  @Test(
    "the threads of a pinned pool have a processor each, as the kernel tells",
    .enabled(if: ProcessorBinding.allowedProcessors.count >= 2, "there is one processor"))
  func pinned() async {
    let processors = await onThreadOfItsOwn {
      let pool = WorkerPool(threadCount: 2, isPinned: true)
      pool.pinCallingThread()
      return Self.processorsOfThreads(pool)
    }
    #expect(Set(processors).count == 2)
    #expect(processors.allSatisfy { Int($0) != nil }, "\(processors) are not one processor each")
  }

  @Test("a pool of more threads than there are processors is not pinned")
  func tooFewProcessors() async {
    let count = ProcessorBinding.allowedProcessors.count + 1
    let unpinned = await onThreadOfItsOwn { Self.processorsOfThreads(WorkerPool(threadCount: count)) }
    let processors = await onThreadOfItsOwn {
      let pool = WorkerPool(threadCount: count, isPinned: true)
      pool.pinCallingThread()
      return Self.processorsOfThreads(pool)
    }
    #expect(processors == unpinned)
  }

  /// For each thread, the processors that it may run on, in the kernel's notation.
  private static func processorsOfThreads(_ pool: WorkerPool) -> [String] {
    let arrived = Atomic(0)
    let lists = Mutex([String](repeating: "", count: pool.threadCount))
    pool.run(taskCount: pool.threadCount) { worker, _ in
      // Nobody takes a second task before everybody has one.
      arrived.add(1, ordering: .relaxed)
      while arrived.load(ordering: .relaxed) < pool.threadCount { sched_yield() }
      let status = (try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") } ?? ""
      lists.withLock { $0[worker] = line.dropFirst(18).trimmingCharacters(in: .whitespaces) }
    }
    return lists.withLock { $0 }
  }

  /// Not on a thread that other tests use: it may stay bound to a processor.
  private func onThreadOfItsOwn(_ body: @escaping @Sendable () -> [String]) async -> [String] {
    await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: body()) }.start()
    }
  }
}
