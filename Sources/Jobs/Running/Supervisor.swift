import Foundation

/// Has jobs done, in the order in which they were asked for and only so many at a time.
actor Supervisor {
  private let surroundings: JobRun.Surroundings
  private var runs: [String: JobRun] = [:]
  private var tasks: [String: Task<Void, Never>] = [:]
  private var isOpen = false

  init(_ surroundings: JobRun.Surroundings) { self.surroundings = surroundings }

  func open() {
    isOpen = true
    fill()
  }

  /// A job may have become ready.
  func wake() { fill() }

  /// What somebody wants of a job has changed: its child is to end.
  func stopChild(of id: String) { runs[id]?.stopChild() }

  /// Returns when no child is left.
  func close() async {
    isOpen = false
    for run in runs.values { run.stopForServer() }
    for task in tasks.values { await task.value }
  }

  private func fill() {
    guard isOpen else { return }
    do {
      while runs.count < surroundings.configuration.simultaneousJobs,
        let next = try surroundings.store.next(excluding: Set(runs.keys))
      {
        start(next)
      }
    } catch {
      surroundings.hooks.note("cannot look for the next job: \(error)")
      retry()
    }
  }

  private func retry() {
    Task {
      try await Task.sleep(for: surroundings.timing.retry, clock: .continuous)
      fill()
    }
  }

  private func start(_ record: JobRecord) {
    let run = JobRun(record, surroundings)
    runs[record.id] = run
    tasks[record.id] = Task {
      await run.run()
      finished(record.id)
    }
  }

  private func finished(_ id: String) {
    (runs[id], tasks[id]) = (nil, nil)
    fill()
  }
}
