/// One listener's place in the events of a job. It holds one page of them at most.
actor EventCursor {
  private static let pageSize = 100

  private let store: JobStore
  private let job: String
  private var sequence: Int
  private var page: ArraySlice<JobEvent> = []
  private var isLast = false

  init(_ store: JobStore, job: String, after sequence: Int) {
    self.store = store
    self.job = job
    self.sequence = sequence
  }

  /// The next event; waits for it. Nil when the job is over or gone, or the service stops.
  func next() async -> JobEvent? {
    while page.isEmpty {
      guard !isLast, !Task.isCancelled, await turn() else { return nil }
    }
    let event = page.removeFirst()
    sequence = event.sequence
    return event
  }

  /// Reads the next page, or waits for there to be one.
  private func turn() async -> Bool {
    // Before reading: what comes in after that is still given.
    let wasClosed = store.hub.isClosed
    guard let read = try? await store.events(of: job, after: sequence, limit: Self.pageSize) else { return false }
    page = read.events[...]
    isLast = read.isLast
    guard page.isEmpty, !isLast else { return true }
    guard !wasClosed else { return false }
    await store.hub.wait(for: job, beyond: sequence)
    return true
  }
}
