import Foundation
import GRDB

/// What is done at the start about jobs that were being worked on when the server ended.
struct Recovery {
  let store: JobStore
  let leftovers: JobLeftovers
  let maximumServerDeaths: Int
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
    // A server that stops as it should leaves no child in the row.
    if job.child != nil { job.lostServer() }
    let deaths = job.serverDeaths
    let event = job.machine.event(at: isStubborn ? .failed : .orphaned, mayTryAgain: deaths <= maximumServerDeaths)
    let problem = isStubborn ? Self.stubborn(job) : "the server was started again"
    let isUnasked = event == .paused && job.desired != .paused
    if event == .broken || event == .cancelled { leftovers.remove(job) }
    if let events = job.settle(by: event, problem, reason: isUnasked ? Self.paused(deaths) : nil, at: time) {
      try JobStore.tell(events, &job, database, at: time)
    }
  }

  private static func stubborn(_ job: JobRecord) -> String {
    "the process \(job.childID ?? 0) of an earlier attempt cannot be killed"
  }

  private static func paused(_ deaths: Int) -> String {
    "\(deaths) servers in a row ended without warning while this job came no further: it waits, lest it be the one that ends "
      + "them; resume it, or cancel it"
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

extension JobRecord {
  /// What the attempt did not come to is the server's doing, not the child's.
  fileprivate mutating func lostServer() {
    fruitless = max(fruitless - 1, 0)
    serverDeaths += 1
  }
}
