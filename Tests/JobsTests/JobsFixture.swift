import Foundation
import Synchronization
import Testing

@testable import Jobs

/// A directory of jobs whose children do what a plan says, a piece of shell; `child.sh` has the words that plans use.
final class JobsFixture: Sendable {
  let root: String
  private let loadedNow = Mutex<[Job.Model]>([])
  private let notedNow = Mutex<[String]>([])

  var loaded: [Job.Model] { loadedNow.withLock { $0 } }
  var notes: [String] { notedNow.withLock { $0 } }
  var directory: String { root + "/jobs-directory" }
  var folders: JobFolders { JobFolders(root: directory) }

  init(plan: String = "finish 1") throws {
    root = NSTemporaryDirectory() + "jobs-" + JobIdentifier.random()
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "child.sh").path
    try FileManager.default.copyItem(atPath: script, toPath: root + "/child.sh")
    try set(plan: plan)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func set(plan: String) throws { try write(plan, "plan") }

  func write(_ text: String, _ name: String) throws {
    try text.write(toFile: root + "/" + name, atomically: true, encoding: .utf8)
  }

  /// What the child may wait for.
  func mark(_ name: String) throws { try write("", name) }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + name) }

  func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: root + "/" + name).map { String(decoding: $0, as: UTF8.self) }
  }

  var configuration: JobServiceConfiguration {
    var configuration = JobServiceConfiguration(directory: directory, models: root + "/models")
    configuration.program = "/bin/sh"
    configuration.programArguments = [root + "/child.sh"]
    configuration.childMemoryBytes = 256 << 20
    return configuration
  }

  static let quick = JobTiming(
    grace: .milliseconds(200), progressInterval: .zero, retry: .milliseconds(20), lock: .milliseconds(100))

  func service(
    timing: JobTiming = quick, unpack: @escaping DatasetIntake.Unpack = DatasetIntake.unpackArchive,
    load: @escaping @Sendable (Job.Model) async throws -> Void = { _ in },
    check: @escaping @Sendable (JobRequest, [String]) async throws -> Void = { _, _ in },
    changing change: (inout JobServiceConfiguration) -> Void = { _ in }
  ) throws -> JobService {
    var configuration = configuration
    change(&configuration)
    let hooks = JobHooks(
      bases: { ["a-base"] },
      load: { [self] model in
        try await load(model)
        loadedNow.withLock { $0.append(model) }
      },
      check: check, note: { [self] message in notedNow.withLock { $0.append(message) } })
    return try JobService(configuration, hooks: hooks, timing: timing, unpack: unpack)
  }

  /// A service that runs, and a dataset.
  func started(
    timing: JobTiming = quick, load: @escaping @Sendable (Job.Model) async throws -> Void = { _ in },
    changing change: (inout JobServiceConfiguration) -> Void = { _ in }
  ) async throws -> (service: JobService, dataset: String) {
    let service = try service(timing: timing, load: load, changing: change)
    let dataset = try await service.addDataset().id
    try await service.start()
    return (service, dataset)
  }
}

extension JobService {
  func addDataset() async throws -> Dataset {
    let upload = try await beginUpload()
    for name in ["cats/1.jpg", "cats/2.jpg", "dogs/1.jpg"] {
      try await upload.beginFile(name)
      try await upload.appendFile([1, 2, 3])
    }
    return try await upload.finish()
  }

  func adapt(_ dataset: String, name: String = "a-model", fineTune: Bool? = nil) async throws -> Job {
    var request = JobRequest(kind: .adapt, dataset: dataset, name: name)
    (request.base, request.fineTune, request.seed) = ("a-base", fineTune, 7)
    return try await create(request)
  }

  /// Returns when the job has come to a state, of that attempt if one is given.
  @discardableResult
  func wait(_ id: String, _ state: JobState, attempt: Int? = nil) async throws -> Job {
    for await event in try await eventStream(of: id, after: 0) where event.kind == .state {
      let value = try JSONValue(parsing: Array(event.json.utf8))
      if value["state"]?.string == state.rawValue, attempt == nil || value["attempt"]?.int == attempt {
        return try await job(id)
      }
    }
    struct NeverCame: Error { var state: JobState, job: Job }
    throw NeverCame(state: state, job: try await job(id))
  }

  func end(_ id: String) async throws -> Job {
    for await _ in try await eventStream(of: id, after: 0) {}
    return try await job(id)
  }

  /// The states that a job went through.
  func states(_ id: String) async throws -> [JobState] {
    try await events(of: id, after: 0).filter { $0.kind == .state }.compactMap { event in
      try JSONValue(parsing: Array(event.json.utf8))["state"]?.string.flatMap(JobState.init)
    }.reduce(into: []) { states, state in
      if states.last != state { states.append(state) }
    }
  }
}
