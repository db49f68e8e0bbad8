import Foundation
import GRDB

/// A row of the table `jobs`.
struct JobRecord: Codable, FetchableRecord, MutablePersistableRecord, Sendable {
  static let databaseTableName = "jobs"

  /// Grows from job to job: the order in which they are done.
  var number: Int64?
  var id: String
  var kind: JobRequest.Kind
  var state: JobState
  var desired: DesiredState
  var stage: String?
  var progress: Double
  var secondsLeft: Double?
  var created: Date
  var started: Date?
  var ended: Date?
  /// The fencing token: what an earlier attempt still has to say is not written down.
  var attempt: Int
  /// The furthest that any attempt came.
  var reached: Double
  /// Attempts in a row, with the present one, that were begun and came no further.
  var fruitless: Int
  /// Servers in a row that ended without warning while the job came no further.
  var serverDeaths: Int
  var request: JobRequest
  var dataset: String
  /// Of the model to be made; empty where none is.
  var name: String
  var modelName: String?
  var modelVersion: String?
  var problem: String?
  /// The child, while there is one.
  var childID: Int32?
  var childStart: String?
  var childBoot: String?
  /// Number of the last event.
  var lastEvent: Int

  init(id: String, request: JobRequest, created: Date) {
    self.id = id
    kind = request.kind
    state = .queued
    desired = .running
    progress = 0
    self.created = created
    attempt = 1
    reached = 0
    fruitless = 0
    serverDeaths = 0
    self.request = request
    dataset = request.dataset
    name = request.name ?? ""
    lastEvent = 0
  }

  mutating func didInsert(_ inserted: InsertionSuccess) { number = inserted.rowID }
}

extension JobRecord {
  /// It has come further than ever before: whatever went wrong does not keep it from its end.
  mutating func cameFurther() { (fruitless, serverDeaths) = (0, 0) }

  var machine: JobMachine { JobMachine(state: state, desired: desired) }

  var child: ProcessIdentity? {
    get {
      guard let childID, let childStart, let childBoot else { return nil }
      return ProcessIdentity(id: childID, start: childStart, boot: childBoot)
    }
    set {
      childID = newValue?.id
      childStart = newValue?.start
      childBoot = newValue?.boot
    }
  }

  var model: Job.Model? {
    get {
      guard let modelName, let modelVersion else { return nil }
      return Job.Model(name: modelName, version: modelVersion)
    }
    set {
      modelName = newValue?.name
      modelVersion = newValue?.version
    }
  }

  var job: Job {
    Job(
      id: id, kind: kind, state: state, desiredState: desired, stage: stage, progress: progress,
      secondsLeft: secondsLeft, created: created, started: started, ended: ended, attempt: attempt, request: request,
      model: model, problem: problem)
  }

  /// Whether there may be something in its work folder that is wanted: a checkpoint, or the report of a version.
  var needsFolder: Bool { keepsReport || state != .cancelled && state != .failed }

  /// Whether its report outlasts it, however it ends: that of a version, or of a search, which says why no trial has a result.
  var keepsReport: Bool { model != nil || kind == .search && desired != .cancelled }

  /// Takes on what a machine has come to, with what belongs to it.
  mutating func adopt(_ machine: JobMachine, at time: Date) {
    let wasOver = state.isOver
    (state, desired) = (machine.state, machine.desired)
    if !state.hasChild { (child, secondsLeft) = (nil, nil) }
    if state.isOver && !wasOver { ended = time }
    if state == .succeeded { progress = 1 }
  }

  /// Moves on by an event; false where the table has no such way, and nothing changes.
  mutating func move(_ event: JobTransition.Event, at time: Date) -> Bool {
    var machine = machine
    guard machine.handle(event) else { return false }
    adopt(machine, at: time)
    return true
  }
}
