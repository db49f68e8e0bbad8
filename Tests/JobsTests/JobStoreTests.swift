import Foundation
import GRDB
import Testing

@testable import Jobs

@Suite("JobStore", .timeLimit(.minutes(1)))
struct JobStoreTests {
  private let fixture: JobsFixture
  private let path: String
  private let store: JobStore

  init() throws {
    fixture = try JobsFixture()
    path = fixture.root + "/jobs.sqlite"
    store = JobStore(try JobDatabase.open(path), hub: EventHub())
  }

  private func insert(_ id: String = "j") async throws {
    if try await store.datasets().isEmpty {
      _ = try await store.insert(Dataset(id: "d", created: Date(), images: 1, bytes: 1, classes: [], audit: "{}"))
    }
    _ = try await store.insert(id, JobRequest(kind: .adapt, dataset: "d", name: id), maximumOpen: 10)
  }

  private func sequences(_ id: String = "j") async throws -> [Int] {
    try await store.events(of: id, after: 0, limit: nil).events.map(\.sequence)
  }

  @Test("transitions are on the disk when they are told: write-ahead logging, synchronous = FULL")
  func durable() throws {
    let (mode, level) = try store.pool.writeWithoutTransaction { database in
      (
        try String.fetchOne(database, sql: "PRAGMA journal_mode"), try Int.fetchOne(database, sql: "PRAGMA synchronous")
      )
    }
    #expect(mode == "wal" && level == 2)
  }

  @Test("events have no gaps, whoever writes, and every listener gets each of them once and in order")
  func manyWriters() async throws {
    try await insert()
    _ = try await store.update("j") { job, time in job.move(.begun, at: time) ? [.state(of: job)] : nil }
    let listeners = (0..<5).map { start in
      Task { [store] in
        let cursor = EventCursor(store, job: "j", after: start)
        var heard: [Int] = []
        while let event = await cursor.next() { heard.append(event.sequence) }
        return heard
      }
    }
    await withTaskGroup { group in
      for writer in 0..<8 {
        group.addTask { [store] in
          for line in 0..<40 {
            _ = try? await store.update("j", attempt: 1) { _, _ in [.log("\(writer) \(line)"), .log("and")] }
          }
        }
      }
    }
    _ = try await store.update("j") { job, time in job.move(.broken, at: time) ? [.state(of: job)] : nil }
    #expect(try await sequences() == Array(1...643))
    for (start, listener) in listeners.enumerated() { #expect(await listener.value == Array((start + 1)...643)) }
  }

  @Test("what an earlier attempt says changes nothing")
  func fenced() async throws {
    try await insert()
    _ = try await store.update("j", attempt: 1) { job, time in job.move(.begun, at: time) ? [.state(of: job)] : nil }
    _ = try await store.update("j", attempt: 1) { job, time in job.settle(by: .interrupted, nil, at: time) }
    let before = try await store.job("j")
    #expect(before.attempt == 2 && before.state == .queued)
    for event in JobTransition.Event.allCases {
      let late = try await store.update("j", attempt: 1) { job, time in
        job.progress = 0.9
        return job.move(event, at: time) ? [.state(of: job)] : [.log("late")]
      }
      #expect(late == nil)
    }
    #expect(try await store.job("j").job == before.job)
    #expect(try await sequences() == [1, 2, 3])
  }

  @Test("what is not in the table is not written", arguments: [JobState.succeeded, .failed, .cancelled, .paused])
  func refused(_ state: JobState) async throws {
    try await insert()
    try await store.pool.write { try $0.execute(sql: "UPDATE jobs SET state = ?", arguments: [state.rawValue]) }
    #expect(try await store.update("j", attempt: 1) { _, _ in [.log("x")] } == nil)
    #expect(try await sequences() == [1])
  }

  @Test(
    "events are neither changed nor skipped",
    arguments: [
      "UPDATE events SET json = ''", "INSERT INTO events SELECT job, 3, time, kind, json FROM events",
      "INSERT INTO events SELECT job, 1, time, kind, json FROM events", "UPDATE jobs SET state = 'lost'",
    ])
  func appendOnly(_ statement: String) async throws {
    try await insert()
    await #expect(throws: DatabaseError.self) { try await store.pool.write { try $0.execute(sql: statement) } }
    #expect(try await sequences() == [1])
  }

  @Test("a later attempt knows what was told before it")
  func budget() async throws {
    try await insert()
    _ = try await store.update("j") { _, _ in
      [.log("a"), .log("b"), EventDraft(.epoch, ["epoch": .integer(1)]), EventDraft(.progress, [:])]
    }
    #expect(try await store.budget(of: "j") == EventBudget(logs: 2, epochs: 1))
  }

  @Test("a state and its event are one: where the event cannot be written, the state stays")
  func oneTransaction() async throws {
    try await insert()
    try await store.pool.write {
      try $0.execute(
        sql: "CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.sequence = 2 BEGIN SELECT RAISE(ABORT, 'x'); END")
    }
    await #expect(throws: JobError.self) {
      try await store.update("j") { job, time in job.move(.begun, at: time) ? [.state(of: job)] : nil }
    }
    #expect(try await store.job("j").state == .queued)
  }

  @Test("events are JSON with number, time and type, whatever a child calls its members")
  func json() async throws {
    try await insert()
    _ = try await store.update("j", attempt: 1) { _, _ in
      [EventDraft(.epoch, ["seq": .integer(77), "type": .string("x"), "epoch": .integer(3)])]
    }
    let event = try #require(try await store.events(of: "j", after: 1, limit: nil).events.first)
    let value = try JSONValue(parsing: Array(event.json.utf8))
    #expect(value["seq"] == .integer(2) && value["type"] == .string("epoch") && value["epoch"] == .integer(3))
    #expect(value["time"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
  }

  @Test("a listener who waits is let go when its task is cancelled, when the job is deleted, and when the hub closes")
  func leaving() async throws {
    try await insert("j")
    try await insert("k")
    func listen(_ id: String) -> Task<Int, Never> {
      Task { [store] in
        let cursor = EventCursor(store, job: id, after: 0)
        var count = 0
        while await cursor.next() != nil { count += 1 }
        return count
      }
    }
    let (cancelled, deleted, closed) = (listen("j"), listen("k"), listen("j"))
    _ = try await store.update("k") { job, time in job.move(.cancelled, at: time) ? [] : nil }
    try await store.deleteJob("k")
    cancelled.cancel()
    #expect(await cancelled.value <= 1)
    #expect(await deleted.value <= 1)
    store.hub.close()
    #expect(await closed.value == 1)
  }

  @Test("jobs wait in the order in which they came")
  func order() async throws {
    for id in ["c", "a", "b"] { try await insert(id) }
    #expect(try store.next(excluding: [])?.id == "c")
    #expect(try store.next(excluding: ["c"])?.id == "a")
    _ = try await store.update("a") { job, time in job.move(.paused, at: time) ? [] : nil }
    #expect(try store.next(excluding: ["c"])?.id == "b")
    #expect(try await store.jobs().map(\.id) == ["b", "a", "c"])
  }

  @Test("sqlite3 finds the file sound, and reads it")
  func foreignReader() async throws {
    try await insert()
    try store.pool.close()
    let text = try output(
      of: "sqlite3", [path, "PRAGMA integrity_check; SELECT state, lastEvent FROM jobs; SELECT json FROM events"])
    #expect(text.hasPrefix("ok\nqueued|1\n{"))
  }
}

@Suite("JobDatabase")
struct JobDatabaseTests {
  private let fixture: JobsFixture
  private let path: String

  init() throws {
    fixture = try JobsFixture()
    try fixture.folders.prepare()
    path = fixture.folders.database
  }

  private func reason(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch JobError.storage(let reason) {
      return reason
    } catch {
      return "not a storage error: \(error)"
    }
  }

  @Test("a database that a newer program wrote is refused, and left alone")
  func newer() throws {
    try JobDatabase.open(path).close()
    _ = try output(of: "sqlite3", [path, "INSERT INTO grdb_migrations VALUES ('2: what will come')"])
    let before = try output(of: "sqlite3", [path, ".dump"])
    #expect(reason { _ = try fixture.service() }?.contains("newer version") == true)
    #expect(try output(of: "sqlite3", [path, ".dump"]) == before)
  }

  @Test("an older database gets the tables that are missing")
  func older() throws {
    _ = try output(of: "sqlite3", [path, "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)"])
    let pool = try JobDatabase.open(path)
    let tables = try pool.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'") }
    #expect(Set(tables).isSuperset(of: ["datasets", "jobs", "events"]))
  }

  @Test("the first migration is never changed")
  func firstMigration() throws {
    let queue = try DatabaseQueue(path: path)
    try JobDatabase.migrator.migrate(queue, upTo: "1: datasets, jobs, events")
    let schema = try queue.read { database in
      try String.fetchAll(
        database,
        sql: "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%' ORDER BY name")
    }
    let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "schema-1.sql")
    #expect(schema.joined(separator: ";\n") + ";\n" == (try String(contentsOf: golden, encoding: .utf8)))
  }

  @Test("a dataset of the first version's database is read: it tells of no file that was left out or renamed")
  func secondMigration() async throws {
    let queue = try DatabaseQueue(path: path)
    try JobDatabase.migrator.migrate(queue, upTo: "1: datasets, jobs, events")
    try await queue.write { database in
      try database.execute(
        sql: "INSERT INTO datasets VALUES ('d', '2026-01-01 00:00:00.000', 1, 2, '[]', '{}')")
    }
    try queue.close()
    let store = JobStore(try JobDatabase.open(path), hub: EventHub())
    let dataset = try await store.dataset("d").dataset
    #expect(dataset.ignoredFiles == FileNotes() && dataset.renamedFiles == FileNotes())
  }

  @Test("a damaged database is refused, and nothing is deleted", arguments: [0, 8192])
  func damaged(_ offset: Int) async throws {
    do {
      let service = try fixture.service()
      _ = try await service.addDataset()
      await service.stop()
    }
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data(repeating: 0x5A, count: 4000))
    try file.close()
    let before = FileManager.default.contents(atPath: path)
    #expect(reason { _ = try fixture.service() }?.contains("damaged") == true)
    #expect(FileManager.default.contents(atPath: path) == before)
    #expect(JobFolders.contents(of: fixture.folders.datasets).count == 1)
  }

  @Test("datasets whose database is gone are not deleted")
  func missing() throws {
    try FileManager.default.createDirectory(atPath: fixture.folders.dataset("x"), withIntermediateDirectories: true)
    #expect(reason { _ = try fixture.service() }?.contains("jobs.sqlite is missing") == true)
    #expect(JobFolders.contents(of: fixture.folders.datasets) == ["x"])
  }

  @Test("two servers do not share a directory; nobody else looks into it")
  func locked() async throws {
    let first = try fixture.service()
    #expect(reason { _ = try fixture.service() }?.contains("another server uses the jobs directory") == true)
    await first.stop()
    let second = try fixture.service()
    for folder in [fixture.directory, fixture.folders.datasets, fixture.folders.jobs, fixture.folders.uploads] {
      let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
      #expect(mode == 0o700)
    }
    await second.stop()
  }

  @Test("a server that is killed has a moment to be gone before the next one gives up")
  func lockOfTheDead() async throws {
    try JobFolders.make(fixture.directory)
    let other = Process()
    other.executableURL = URL(filePath: "/usr/bin/env")
    other.arguments = ["flock", fixture.folders.lock, "sh", "-c", "echo; sleep 0.5"]
    let pipe = Pipe()
    other.standardOutput = pipe
    try other.run()
    _ = pipe.fileHandleForReading.readData(ofLength: 1)
    #expect(reason { _ = try DirectoryLock(fixture.folders.lock) }?.contains("another server") == true)
    var timing = JobsFixture.quick
    timing.lock = .seconds(30)
    await (try fixture.service(timing: timing)).stop()
    other.waitUntilExit()
  }

  @Test("a directory that cannot be written is a clear error")
  func unwritable() throws {
    try fixture.write("a file", "in-the-way")
    #expect(reason { _ = try fixture.service(changing: { $0.directory = fixture.root + "/in-the-way" }) } != nil)
  }
}

/// What a program writes.
func output(of program: String, _ arguments: [String]) throws -> String {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = [program] + arguments
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0)
  return String(decoding: data, as: UTF8.self)
}
