import Foundation
import GRDB

/// The file of SQLite that knows all datasets and jobs.
enum JobDatabase {
  /// Opens the file, or makes it, and brings its tables up to date.
  ///
  /// - Throws: `JobError.storage` for a file that is damaged, is no database, or was written by a newer program; the file is left
  ///   as it is.
  static func open(_ path: String) throws -> DatabasePool {
    do {
      return try opened(path)
    } catch let error as DatabaseError {
      throw JobError(error, path: path)
    }
  }

  private static func opened(_ path: String) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.label = "jobs"
    // `sqlite3` in somebody's terminal may hold the lock for a moment.
    configuration.busyMode = .timeout(10)
    if FileManager.default.fileExists(atPath: path) { try check(path, configuration) }
    let pool = try DatabasePool(path: path, configuration: configuration)
    // GRDB's pools set NORMAL when they switch to write-ahead logging: a transition could be lost with the machine's power.
    try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    try migrator.migrate(pool)
    return pool
  }

  /// Before a pool is opened, which writes to the file.
  private static func check(_ path: String, _ configuration: Configuration) throws {
    var configuration = configuration
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.read { database in
      try requireSound(database, path)
      guard try !migrator.hasBeenSuperseded(database) else {
        throw JobError.storage(
          reason: "\(path) was written by a newer version of this program: run that, or choose another directory")
      }
    }
    try queue.close()
  }

  private static func requireSound(_ database: Database, _ path: String) throws {
    let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
    guard findings == ["ok"] else {
      throw JobError.storage(reason: JobError.damaged(path, findings.first ?? "it cannot be checked"))
    }
  }

  /// Each step is written once and never changed: databases that took it are out there.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: datasets, jobs, events") { database in
      try makeDatasets(database)
      try makeJobs(database)
      try makeEvents(database)
    }
    migrator.registerMigration("2: what datasets left out") { database in
      try database.execute(
        sql: #"ALTER TABLE datasets ADD COLUMN ignoredFiles TEXT NOT NULL DEFAULT '{"count":0,"examples":[]}'"#)
    }
    migrator.registerMigration("3: deaths of servers, renamed files") { database in
      try database.execute(
        sql: #"""
          ALTER TABLE jobs ADD COLUMN serverDeaths INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE datasets ADD COLUMN renamedFiles TEXT NOT NULL DEFAULT '{"count":0,"examples":[]}';
          """#)
    }
    return migrator
  }

  private static func makeDatasets(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE datasets (
          id TEXT NOT NULL PRIMARY KEY,
          created TEXT NOT NULL,
          images INTEGER NOT NULL,
          bytes INTEGER NOT NULL,
          classes TEXT NOT NULL,
          audit TEXT NOT NULL
        );
        """)
  }

  private static func makeJobs(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE jobs (
          number INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          kind TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('queued', 'preparing', 'running', 'paused', 'evaluating', 'publishing',
            'succeeded', 'failed', 'cancelled')),
          desired TEXT NOT NULL CHECK (desired IN ('running', 'paused', 'cancelled')),
          stage TEXT,
          progress REAL NOT NULL,
          secondsLeft REAL,
          created TEXT NOT NULL,
          started TEXT,
          ended TEXT,
          attempt INTEGER NOT NULL,
          reached REAL NOT NULL,
          fruitless INTEGER NOT NULL,
          request TEXT NOT NULL,
          dataset TEXT NOT NULL,
          name TEXT NOT NULL,
          modelName TEXT,
          modelVersion TEXT,
          problem TEXT,
          childID INTEGER,
          childStart TEXT,
          childBoot TEXT,
          lastEvent INTEGER NOT NULL
        );
        CREATE INDEX jobsByState ON jobs (state);
        """)
  }

  private static func makeEvents(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE events (
          job INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
          sequence INTEGER NOT NULL,
          time TEXT NOT NULL,
          kind TEXT NOT NULL CHECK (kind IN ('state', 'progress', 'epoch', 'log')),
          json TEXT NOT NULL,
          PRIMARY KEY (job, sequence)
        ) WITHOUT ROWID;
        CREATE TRIGGER eventsNeverChange BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events never change'); END;
        CREATE TRIGGER eventsFollowOneAnother BEFORE INSERT ON events
        WHEN NEW.sequence <> 1 + (SELECT COALESCE(MAX(sequence), 0) FROM events WHERE job = NEW.job)
        BEGIN SELECT RAISE(ABORT, 'events follow one another without gaps'); END;
        """)
  }
}

extension JobError {
  /// What SQLite says, for whoever runs the server.
  init(_ error: DatabaseError, path: String) {
    let said = error.message ?? "code \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .storage(reason: "the disk is full: \(path) cannot grow")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .storage(reason: Self.damaged(path, said))
    default: self = .storage(reason: "\(path): \(said)")
    }
  }

  static func damaged(_ path: String, _ said: String) -> String {
    "\(path) is damaged (\(said)): put a copy in its place, or choose another directory. Nothing was changed or deleted"
  }
}
