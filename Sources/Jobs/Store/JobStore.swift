import Foundation
import GRDB

/// Datasets and jobs as rows. Whatever happens to a job is one transaction: the row, and the events that tell of it.
struct JobStore: Sendable {
  let pool: DatabasePool
  let hub: EventHub
  /// The wall clock: for show alone, nothing is decided by it.
  let now: @Sendable () -> Date

  init(_ pool: DatabasePool, hub: EventHub, now: @escaping @Sendable () -> Date = { Date() }) {
    self.pool = pool
    self.hub = hub
    self.now = now
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    do {
      return try await pool.read(body)
    } catch let error as DatabaseError {
      throw JobError(error, path: pool.path)
    }
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    do {
      return try await pool.write(body)
    } catch let error as DatabaseError {
      throw JobError(error, path: pool.path)
    }
  }
}

extension JobStore {
  /// Puts everything into the one file, for whoever copies it while no server runs. Without that nothing is lost: the write-ahead
  /// log is read with it.
  func fold() {
    _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }
}

// MARK: Jobs

extension JobStore {
  func jobs() async throws -> [JobRecord] {
    try await read { try JobRecord.order(Column("number").desc).fetchAll($0) }
  }

  func job(_ id: String) async throws -> JobRecord {
    try await read { try Self.require(id, $0) }
  }

  static func require(_ id: String, _ database: Database) throws -> JobRecord {
    guard let record = try JobRecord.filter(Column("id") == id).fetchOne(database) else {
      throw JobError.unknownJob(id: id)
    }
    return record
  }

  /// Jobs that are not over.
  static func open(_ database: Database) throws -> [JobRecord] {
    let over = JobState.allCases.filter(\.isOver).map(\.rawValue)
    return try JobRecord.filter(!over.contains(Column("state"))).order(Column("number")).fetchAll(database)
  }

  /// Queues a job, if there is room, its data are there and nobody else makes a model of that name.
  func insert(_ id: String, _ request: JobRequest, maximumOpen: Int) async throws -> JobRecord {
    let time = now()
    let record = try await write { database in
      let open = try Self.open(database)
      guard open.count < maximumOpen else { throw JobError.tooManyJobs(limit: maximumOpen) }
      guard try DatasetRecord.exists(database, key: request.dataset) else {
        throw JobError.unknownDataset(id: request.dataset)
      }
      if let name = request.name, let other = open.first(where: { $0.name == name }) {
        throw JobError.nameInUse(
          name: name, reason: "the job \(other.id), which is not over, makes a model of that name")
      }
      var record = JobRecord(id: id, request: request, created: time)
      try record.insert(database)
      try Self.tell([.state(of: record)], &record, database, at: time)
      return try Self.require(id, database)
    }
    announce(record)
    return record
  }

  /// The job that has waited longest; called where blocking for a read of one row is no harm.
  func next(excluding ids: Set<String>) throws -> JobRecord? {
    try pool.read { database in
      try JobRecord
        .filter(Column("state") == JobState.queued.rawValue && Column("desired") == DesiredState.running.rawValue)
        .filter(!ids.contains(Column("id"))).order(Column("number")).fetchOne(database)
    }
  }

  /// Changes a job, whoever works on it.
  ///
  /// - Parameter change: the events that tell of it, in the same transaction; nil where nothing is to be changed.
  /// - Returns: the job as it is afterwards.
  func update(
    _ id: String, _ change: @escaping @Sendable (inout JobRecord, Date) throws -> [EventDraft]?
  ) async throws -> JobRecord {
    let time = now()
    let record = try await write { database in
      var record = try Self.require(id, database)
      try Self.change(&record, database, at: time, change)
      return record
    }
    announce(record)
    return record
  }

  /// Changes a job for one attempt at it.
  ///
  /// - Returns: nil, with nothing changed, where another attempt has begun, the job is no longer worked on, or `change` gave nil.
  func update(
    _ id: String, attempt: Int, _ change: @escaping @Sendable (inout JobRecord, Date) throws -> [EventDraft]?
  ) async throws -> JobRecord? {
    let time = now()
    let record = try await write { database -> JobRecord? in
      guard var record = try JobRecord.filter(Column("id") == id).fetchOne(database), record.attempt == attempt,
        record.state.hasChild || record.state == .queued
      else { return nil }
      return try Self.change(&record, database, at: time, change) ? record : nil
    }
    if let record { announce(record) }
    return record
  }

  @discardableResult
  private static func change(
    _ record: inout JobRecord, _ database: Database, at time: Date,
    _ change: (inout JobRecord, Date) throws -> [EventDraft]?
  ) throws -> Bool {
    var changed = record
    guard let events = try change(&changed, time) else { return false }
    try tell(events, &changed, database, at: time)
    record = changed
    return true
  }

  /// Numbers events on from the last one, and writes them and the job.
  static func tell(_ drafts: [EventDraft], _ record: inout JobRecord, _ database: Database, at time: Date) throws {
    for draft in drafts {
      record.lastEvent += 1
      let event = draft.event(record.lastEvent, at: time)
      try database.execute(
        sql: "INSERT INTO events (job, sequence, time, kind, json) VALUES (?, ?, ?, ?, ?)",
        arguments: [record.number, event.sequence, event.time, event.kind.rawValue, event.json])
    }
    try record.update(database)
  }

  /// Forgets a job that is over.
  func deleteJob(_ id: String) async throws {
    try await write { database in
      let record = try Self.require(id, database)
      guard record.state.isOver else {
        throw JobError.impossible(id: id, state: record.machine.phase, action: "deleted")
      }
      try record.delete(database)
    }
    hub.forget(id)
  }

  private func announce(_ record: JobRecord) {
    hub.announce(record.id, record.lastEvent)
  }
}

// MARK: Events

extension JobStore {
  /// Events after a number, the first ones, and whether the job is over and none is left.
  func events(of id: String, after sequence: Int, limit: Int?) async throws -> (events: [JobEvent], isLast: Bool) {
    try await read { database in
      let record = try Self.require(id, database)
      let rows = try EventRow.fetchAll(
        database,
        sql: "SELECT sequence, time, kind, json FROM events WHERE job = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        arguments: [record.number, sequence, limit ?? -1])
      let events = rows.map(\.event)
      return (events, record.state.isOver && max(events.last?.sequence ?? 0, sequence) >= record.lastEvent)
    }
  }

  /// What a job's attempts have told so far.
  func budget(of id: String) async throws -> EventBudget {
    try await read { database in
      let record = try Self.require(id, database)
      let counts = try Row.fetchAll(
        database, sql: "SELECT kind, COUNT(*) AS n FROM events WHERE job = ? GROUP BY kind", arguments: [record.number])
      return counts.reduce(into: EventBudget()) { budget, row in
        switch JobEvent.Kind(rawValue: row["kind"]) {
        case .log: budget.logs = row["n"]
        case .epoch: budget.epochs = row["n"]
        case .state, .progress, nil: break
        }
      }
    }
  }

  private struct EventRow: Codable, FetchableRecord {
    var sequence: Int
    var time: Date
    var kind: JobEvent.Kind
    var json: String

    var event: JobEvent { JobEvent(sequence: sequence, time: time, kind: kind, json: json) }
  }
}

// MARK: Datasets

extension JobStore {
  func datasets() async throws -> [DatasetRecord] {
    try await read { try DatasetRecord.order(Column("created").desc, Column("rowid").desc).fetchAll($0) }
  }

  func dataset(_ id: String) async throws -> DatasetRecord {
    try await read { database in
      guard let record = try DatasetRecord.fetchOne(database, key: id) else { throw JobError.unknownDataset(id: id) }
      return record
    }
  }

  /// How many datasets there are, and their bytes.
  func datasetTotals() throws -> (count: Int, bytes: Int) {
    try pool.read { database in
      let row = try Row.fetchOne(database, sql: "SELECT COUNT(*) AS n, COALESCE(SUM(bytes), 0) AS b FROM datasets")
      return (row?["n"] ?? 0, row?["b"] ?? 0)
    }
  }

  /// - Returns: what is read from then on: times have milliseconds.
  func insert(_ dataset: Dataset) async throws -> DatasetRecord {
    try await write { database in
      try DatasetRecord(dataset).insert(database)
      return try DatasetRecord.find(database, key: dataset.id)
    }
  }

  /// Forgets a dataset that no open job needs.
  ///
  /// - Returns: the bytes that it took.
  func deleteDataset(_ id: String) async throws -> Int {
    try await write { database in
      guard let record = try DatasetRecord.fetchOne(database, key: id) else { throw JobError.unknownDataset(id: id) }
      if let job = try Self.open(database).first(where: { $0.dataset == id }) {
        throw JobError.datasetInUse(id: id, job: job.id)
      }
      try record.delete(database)
      return record.bytes
    }
  }
}
