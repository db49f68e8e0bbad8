import Foundation
import GRDB

/// What is done at the start about jobs that were being worked on when the server ended.
struct Recovery {
  let store: JobStore
  let leftovers: JobLeftovers
  let maximumFruitlessAttempts: Int
  let note: @Sendable (String) -> Void

  /// Ends children that outlived their server, queues their jobs again, and deletes what no row knows.
  func run() throws {
    let open = try store.pool.read(JobStore.open)
    let stubborn = Set(open.filter { !end($0) }.map(\.id))
    try store.pool.write { database in
      let time = store.now()
      for job in try JobStore.open(database) where job.state.hasChild {
        try mend(job, isStubborn: stubborn.contains(job.id), database, at: time)
      }
    }
    try clean()
  }

  /// By who the child is, not by how long nobody heard of it.
  private func end(_ job: JobRecord) -> Bool {
    guard let child = job.child, child.isAlive else { return true }
    note("the child of job \(job.id) (process \(child.id)) outlived its server: it is killed")
    return child.kill(within: .seconds(10))
  }

  private func mend(_ job: JobRecord, isStubborn: Bool, _ database: Database, at time: Date) throws {
    var job = job
    let event = job.machine.event(
      at: isStubborn ? .failed : .interrupted, mayTryAgain: job.fruitless <= maximumFruitlessAttempts)
    let problem =
      if isStubborn { "the process \(job.childID ?? 0) of an earlier attempt cannot be killed" } else {
        event == .broken
          ? "the job was interrupted \(job.fruitless) times in a row without coming further" : nil as String?
      }
    let reason = problem ?? "the server was started again"
    if event == .broken || event == .cancelled { leftovers.remove(job) }
    if let events = job.settle(by: event, reason, at: time) {
      try JobStore.tell(events, &job, database, at: time)
    }
  }

  private func clean() throws {
    let folders = leftovers.folders
    let (datasets, jobs) = try store.pool.read { database in
      (try DatasetRecord.fetchAll(database), try JobRecord.fetchAll(database))
    }
    let needed = Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, $0.needsFolder) })
    folders.clean(datasets: Set(datasets.map(\.id)), jobs: needed)
    for dataset in datasets where !FileManager.default.fileExists(atPath: folders.dataset(dataset.id)) {
      note("the files of the dataset \(dataset.id) are gone")
    }
  }
}
