import Foundation
import Glibc
import ModelServing
import NetworkGraph
import TestSupport
import Testing

@testable import Training

@Suite("Checkpoints")
struct CheckpointTests {
  @Test("a run that is not finished is not written over unless somebody goes on with it")
  func unfinished() throws {
    let run = try TestRun()
    #expect(throws: TrainerError.self) { try run.run(stoppingAfter: 20) }
    let error = #expect(throws: CheckpointError.self) { try run.run() }
    guard case .unfinished(_, 2)? = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(error?.description.contains("--resume") == true)
    #expect(try run.checkpoints.load()?.progress.curve.count == 2)
  }

  @Test("to resume without a checkpoint is to begin")
  func nothingToResume() throws {
    let (run, other) = (try TestRun(), try TestRun())
    #expect(try run.run(isResuming: true).weights.mapValues(\.values) == other.run().weights.mapValues(\.values))
  }

  struct Change: Sendable {
    let name: String
    let make: @Sendable (inout TestRun) -> Void
  }

  static let changes = [
    Change(name: "learning_rate") { $0.settings.learningRate = 0.2 },
    Change(name: "optimizer.momentum") { $0.settings.optimizer.momentum = 0.8 },
    Change(name: "optimizer.name") { $0.settings.optimizer.name = .adam },
    Change(name: "optimizer.gradient_clipping") { $0.settings.optimizer.gradientClipping = nil },
    Change(name: "schedule") { $0.settings.schedule = .cosine(CosineSchedule()) },
    Change(name: "average") { $0.settings.average = .none },
    Change(name: "epochs") { $0.settings.epochs = 5 },
    Change(name: "batch_size") { $0.settings.batchSize = 8 },
    Change(name: "seed") { $0.settings.seed = 8 },
    Change(name: "augmentation") { $0.settings.augmentation = Augmentation("flip")! },
    Change(name: "architecture") { $0.settings.architecture = "resnet20" },
    Change(name: "data") { $0.data.fingerprint = "f" },
    Change(name: "build") { $0.build = "convserve other" },
    Change(name: "algorithm of fc") { $0.algorithms = ["fc": "direct"] },
  ]

  @Test("a checkpoint of another run is refused by naming what differs, and stays", arguments: changes.indices)
  func different(index: Int) throws {
    var run = try TestRun()
    #expect(throws: TrainerError.self) { try run.run(stoppingAfter: 20) }
    let bytes = try Data(contentsOf: run.checkpoints.file)
    Self.changes[index].make(&run)
    let error = #expect(throws: CheckpointError.self) { try run.run(isResuming: true) }
    guard case .different(_, let differences)? = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(differences.map(\.name) == [Self.changes[index].name])
    #expect(error?.description.contains("\(Self.changes[index].name): ") == true)
    #expect(try Data(contentsOf: run.checkpoints.file) == bytes)
  }

  @Test("a damaged checkpoint is refused by name", arguments: [0, 0.01, 0.5, 0.99])
  func damaged(share: Double) throws {
    let run = try TestRun()
    #expect(throws: TrainerError.self) { try run.run(stoppingAfter: 20) }
    let file = run.checkpoints.file
    let bytes = try Data(contentsOf: file)
    try bytes.prefix(Int(Double(bytes.count) * share)).write(to: file)
    let error = #expect(throws: CheckpointError.self) { try run.run(isResuming: true) }
    guard case .damaged(file.path, _)? = error else {
      Issue.record("\(error as Any)")
      return
    }
  }

  @Test("two runs of one name do not meet")
  func inUse() throws {
    let run = try TestRun()
    let first = run.checkpoints
    try first.open()
    #expect(throws: CheckpointError.inUse(path: first.directory.path)) { try run.checkpoints.open() }
    first.remove()
    try run.checkpoints.open()
  }

  @Test("what a killed run had not finished writing is cleared away")
  func leftovers() throws {
    let run = try TestRun()
    try run.folder.write("half", to: ".training/blobs/checkpoint.safetensors.1.abc.tmp")
    try run.run()
    let names = try FileManager.default.contentsOfDirectory(atPath: run.checkpoints.directory.path)
    #expect(names.sorted() == ["checkpoint.safetensors", "lock"])
  }

  @Test("where the disk is full, the error names the file, and the checkpoint before it stays")
  func fullDisk() async {
    // The limit holds for the whole process.
    await #expect(processExitsWith: .success) {
      let run = try TestRun()
      #expect(throws: TrainerError.self) { try run.run(stoppingAfter: 20) }
      let bytes = try Data(contentsOf: run.checkpoints.file)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1000, rlim_max: rlim_t.max)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let error = #expect(throws: UnwritableFile.self) { try run.run(isResuming: true) }
      limit.rlim_cur = rlim_t.max
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #expect(error?.path == run.checkpoints.file.path)
      #expect(error?.reason == "File too large")
      #expect(try Data(contentsOf: run.checkpoints.file) == bytes)
      #expect(try run.run(isResuming: true).curve.count == 4)
    }
  }

  @Test("a folder that cannot be made is named")
  func unwritable() throws {
    let folder = CheckpointFolder(models: URL(fileURLWithPath: "/proc/nowhere"), name: "a")
    let error = #expect(throws: UnwritableFile.self) { try folder.open() }
    #expect(error?.path == "/proc/nowhere/.training/a")
  }
}
