import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelServing

@Suite("Model registry", .timeLimit(.minutes(5)))
struct ModelRegistryTests {
  private let folder: TemporaryFolder
  private let events = EventLog()

  init() throws {
    folder = try TemporaryFolder()
    try addVersion(1)
  }

  /// The committed model as a version; where labels are given, they show which version answers.
  private func addVersion(_ version: Int, of name: String = "m", labels prefix: String? = nil) throws {
    let path = "models/\(name)/\(version)"
    try folder.copy(Fixtures.version, to: path)
    guard let prefix else { return }
    let names = (0..<10).map { "\(prefix) \($0)" }
    try folder.write(names.joined(separator: "\n"), to: "\(path)/labels.txt")
  }

  private func addBrokenVersion(_ version: Int, of name: String = "m") throws {
    try folder.write("{}", to: "models/\(name)/\(version)/model.json")
  }

  private func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("models/\(path)"))
  }

  private func loaded(defaultName: String? = nil) async throws -> ModelRegistry {
    let registry = ModelRegistry(onEvent: events.note)
    try await registry.load(folder.repository, defaultName: defaultName, configuration: .init(threadCount: 1))
    return registry
  }

  /// Each model as `NAME/VERSION STATE`.
  private func list(_ registry: ModelRegistry) throws -> [String] {
    try registry.entries().map { "\($0.name)/\($0.version ?? "-") \($0.state)" }
  }

  private func answer(_ registry: ModelRegistry, _ name: String? = nil) async throws -> ClassificationAnswer {
    let photo = try Fixtures.image("photo.jpg")
    return try await registry.withModel(named: name) { try await $0.classify([photo], options: .init(topK: 1)) }
  }

  @Test("Nothing is served before everything is loaded; then the first model by name is the default")
  func loading() async throws {
    let registry = ModelRegistry()
    #expect(!registry.isReady)
    #expect(throws: ModelRegistryError.loading) { try registry.model(named: nil) }
    #expect(throws: ModelRegistryError.loading) { try registry.entries() }
    await #expect(throws: ModelRegistryError.loading) { try await registry.reload() }
    await #expect(throws: ModelRegistryError.loading) { try await registry.load("m") }
    try await registry.load(ModelRepository(path: Checkout.models.path), defaultName: nil, configuration: .init())
    #expect(registry.isReady)
    #expect(try registry.model(named: nil).name == registry.defaultName)
    #expect(try registry.models().map(\.name).contains(Fixtures.modelName))
    #expect(throws: ModelRegistryError.self) { try registry.model(named: "nope") }
    await registry.drain()
    let model = try registry.model(named: Fixtures.modelName)
    let photo = try Fixtures.image("photo.jpg")
    await #expect(throws: BatchQueueError.closed) { try await model.classify([photo]) }
    await #expect(throws: BatchQueueError.closed) {
      try await registry.withModel(named: Fixtures.modelName) { try await $0.classify([photo]) }
    }
    await #expect(throws: ModelRegistryError.stopping) { try await registry.reload() }
  }

  @Test("A default model that is not there is refused with those that are")
  func unknownDefault() async throws {
    await #expect {
      _ = try await loaded(defaultName: "nope")
    } throws: { error in
      "\(error)" == "no model is named \"nope\"; there is m"
    }
  }

  @Test("At the start the next lower version is served where one cannot be loaded, and the reason is told")
  func fallback() async throws {
    try addBrokenVersion(3)
    try addVersion(2)
    let registry = try await loaded()
    #expect(try list(registry) == ["m/2 ready"])
    #expect(try registry.entries()[0].reason?.contains("version 3: cannot read m/3/model.json") == true)
    #expect(events.lines == ["failed m/3", "loaded m/2"])
  }

  @Test("A model none of whose versions can be loaded is named with what is wrong with each")
  func brokenModel() async throws {
    try addBrokenVersion(1, of: "broken")
    try addBrokenVersion(2, of: "broken")
    await #expect {
      _ = try await loaded()
    } throws: { error in
      "\(error)".hasPrefix("model broken cannot be loaded: version 2: cannot read broken/2/model.json: ")
        && "\(error)".contains("; version 1: ")
    }
  }

  @Test("A registry that never loaded drains at once")
  func drainEmpty() async {
    await ModelRegistry().drain()
  }

  @Test("Reloading serves what is new, in the highest version, and what is changed, and no more what is gone")
  func reload() async throws {
    try addVersion(1, of: "gone")
    let registry = try await loaded(defaultName: "m")
    #expect(try await registry.reload().isEmpty)
    try addVersion(2, labels: "second")
    try addVersion(1, of: "new")
    try remove("gone")
    let report = try await registry.reload()
    #expect(report.loaded == [ModelVersion("m", 2), ModelVersion("new", 1)])
    #expect(report.unloaded == [ModelVersion("gone", 1), ModelVersion("m", 1)])
    #expect(report.failed == [])
    #expect(try list(registry) == ["m/2 ready", "new/1 ready"])
    #expect(try await answer(registry).predictions[0].classes[0].label.name.hasPrefix("second"))
    #expect(throws: ModelRegistryError.unknownModel(name: "gone", known: ["m", "new"])) {
      try registry.model(named: "gone")
    }
    try remove("m/2")
    try addVersion(2, labels: "mended")
    #expect(try await registry.reload().loaded == [ModelVersion("m", 2)])
    #expect(try await answer(registry).predictions[0].classes[0].label.name.hasPrefix("mended"))
  }

  @Test("A version that cannot be loaded leaves the old one answering and says why; mended, it takes its place")
  func brokenVersion() async throws {
    let registry = try await loaded()
    try addBrokenVersion(2)
    let report = try await registry.reload()
    #expect(report.failed.map(\.version) == ["2"])
    #expect(report.failed[0].reason.contains("m/2/model.json: the field architecture is missing"))
    #expect(try list(registry) == ["m/1 ready"])
    #expect(try registry.entries()[0].reason == "version 2: \(report.failed[0].reason)")
    #expect(try await answer(registry).version == "1")
    #expect(try await registry.reloadChanges().isEmpty, "its files are the same")
    #expect(try await registry.reload().failed.count == 1, "whoever asks has it tried again")
    try remove("m/2")
    try addVersion(2)
    #expect(try await registry.reloadChanges().loaded == [ModelVersion("m", 2)])
    #expect(try registry.entries()[0].reason == nil)
  }

  @Test("What is wrong with a version is forgotten with the version")
  func forgottenFailure() async throws {
    let registry = try await loaded()
    try addBrokenVersion(2)
    #expect(try await registry.reload().failed.count == 1)
    try remove("m/2")
    #expect(try await registry.reload().isEmpty)
    #expect(try registry.entries()[0].reason == nil)
  }

  @Test("A new model that cannot be loaded is listed as failed, and told from one that there is not")
  func brokenNewModel() async throws {
    let registry = try await loaded()
    try addBrokenVersion(7, of: "broken")
    #expect(try await registry.reload().failed.map(\.name) == ["broken"])
    #expect(try list(registry) == ["broken/7 failed", "m/1 ready"])
    #expect {
      try registry.model(named: "broken")
    } throws: { error in
      "\(error)".hasPrefix("the model broken could not be loaded: version 7: cannot read broken/7/model.json")
    }
    #expect(registry.knownName("broken") == "broken")
    #expect(registry.knownName("nope") == nil)
  }

  @Test("A half-copied version fails, and is served once it is whole")
  func halfCopied() async throws {
    let registry = try await loaded()
    let files = ["weights.safetensors", "model.json", "labels.txt"]
    let weights = try Data(contentsOf: Fixtures.version.appendingPathComponent(files[0]))
    let version = folder.url.appendingPathComponent("models/m/2", isDirectory: true)
    try FileManager.default.createDirectory(at: version, withIntermediateDirectories: true)
    #expect(try await registry.reloadChanges().failed.map(\.version) == ["2"])
    for name in files.dropFirst() {
      try folder.copy(Fixtures.version.appendingPathComponent(name), to: "models/m/2/\(name)")
    }
    for length in [0, 7, 5_000, weights.count - 1] {
      try weights.prefix(length).write(to: version.appendingPathComponent(files[0]))
      #expect(try await registry.reloadChanges().failed.map(\.version) == ["2"], "\(length) bytes")
      #expect(try await answer(registry).version == "1")
    }
    try weights.write(to: version.appendingPathComponent(files[0]))
    #expect(try await registry.reloadChanges().loaded == [ModelVersion("m", 2)])
    #expect(try await answer(registry).version == "2")
  }

  @Test("A repository that is away or empty leaves everything as it was")
  func missingRepository() async throws {
    let registry = try await loaded()
    let directory = folder.repository.directory
    let elsewhere = folder.url.appendingPathComponent("elsewhere")
    try FileManager.default.moveItem(at: directory, to: elsewhere)
    await #expect(throws: ModelRepositoryError.noDirectory(path: directory.path)) { try await registry.reload() }
    try FileManager.default.createDirectory(
      at: directory.appendingPathComponent("m/nothing"), withIntermediateDirectories: true)
    await #expect(throws: ModelRepositoryError.noModels(path: directory.path)) { try await registry.reload() }
    #expect(try await answer(registry).version == "1")
  }

  @Test("A version that is asked for stays until another is asked for, or it is gone")
  func pinnedVersion() async throws {
    try addVersion(2)
    let registry = try await loaded()
    let entry = try await registry.load("m", version: 1)
    #expect(entry.version == "1")
    #expect(entry.isPinned)
    try addVersion(3)
    #expect(try await registry.reload().isEmpty)
    #expect(try list(registry) == ["m/1 ready"])
    #expect(try await registry.load("m").version == "3")
    #expect(try !registry.entries()[0].isPinned)
    _ = try await registry.load("m", version: 2)
    try remove("m/2")
    #expect(try await registry.reload().loaded == [ModelVersion("m", 3)])
    #expect(events.lines.suffix(2) == ["unpinned m/2", "loaded m/3"])
  }

  @Test("A version that is asked for and cannot be loaded is refused, and changes nothing")
  func brokenPinnedVersion() async throws {
    try addVersion(2)
    try addBrokenVersion(3)
    let registry = try await loaded()
    _ = try await registry.load("m", version: 1)
    await #expect {
      _ = try await registry.load("m", version: 3)
    } throws: { error in
      "\(error)".contains("version 3: cannot read m/3/model.json")
        && "\(error)".hasSuffix("Version 1 goes on answering")
    }
    #expect(try registry.entries()[0].isPinned)
    #expect(try await registry.reload().isEmpty, "the version that was asked for before still counts")
    await #expect(throws: ModelRegistryError.unknownVersion(name: "m", version: 4, known: [1, 2, 3])) {
      try await registry.load("m", version: 4)
    }
    await #expect(throws: ModelRegistryError.unknownModel(name: "nope", known: ["m"])) {
      try await registry.load("nope")
    }
    await #expect(throws: ModelRegistryError.unknownModel(name: "../models/m", known: ["m"])) {
      try await registry.load("../models/m")
    }
    await #expect(throws: ModelRegistryError.unknownModel(name: "nope", known: ["m"])) {
      try await registry.unload("nope")
    }
  }

  @Test("An unloaded model answers no more, whatever is reloaded, until it is loaded")
  func unload() async throws {
    try addVersion(1, of: "other")
    let registry = try await loaded(defaultName: "m")
    let entry = try await registry.unload("m")
    #expect(entry.state == .unloaded)
    #expect(entry.version == "1")
    #expect(try await registry.unload("m").state == .unloaded)
    try addVersion(2)
    #expect(try await registry.reload().isEmpty)
    #expect(try list(registry) == ["m/1 unloaded", "other/1 ready"])
    await #expect(throws: ModelRegistryError.notReady(name: "m", state: .unloaded, reason: nil)) {
      try await answer(registry)
    }
    #expect(try await answer(registry, "other").model == "other")
    #expect(Set(registry.loadTimes.keys) == ["other"])
    #expect(try await registry.load("m").version == "2")
    #expect(try await answer(registry).version == "2")
  }

  @Test("An unloaded model whose folder goes and comes back is still unloaded")
  func unloadedAndGone() async throws {
    try addVersion(1, of: "other")
    let registry = try await loaded()
    _ = try await registry.unload("m")
    try remove("m")
    #expect(try await registry.reload().isEmpty)
    #expect(try list(registry) == ["other/1 ready"])
    try addVersion(5)
    #expect(try await registry.reload().isEmpty)
    #expect(try list(registry) == ["m/1 unloaded", "other/1 ready"])
  }

  @Test(
    "Where nobody chose a default, it moves only when its model is gone; a chosen one stays", arguments: [true, false])
  func defaultModel(isChosen: Bool) async throws {
    let registry = try await loaded(defaultName: isChosen ? "m" : nil)
    try addVersion(1, of: "a")
    _ = try await registry.reload()
    #expect(registry.defaultName == "m")
    try remove("m")
    _ = try await registry.reload()
    #expect(registry.defaultName == (isChosen ? "m" : "a"))
    if isChosen {
      #expect(throws: ModelRegistryError.unknownModel(name: "m", known: ["a"])) { try registry.model(named: nil) }
    }
  }

  @Test("What a model has taken when it is replaced or unloaded is answered by it, and only then is it gone")
  func draining() async throws {
    let registry = try await loaded()
    try addVersion(2)
    let pool = try #require(registry.state.withLock { $0.source?.decodePool })
    let gate = DispatchSemaphore(value: 0)
    async let holdUp: Void = pool.run { gate.wait() }
    let model = try registry.model(named: "m")
    async let first = answer(registry)
    #expect(await eventually { model.queue.admittedCount == 1 })
    async let report = registry.reload()
    #expect(await eventually { (try? registry.model(named: "m").version) == "2" })
    #expect(try list(registry) == ["m/2 ready"])
    await #expect(throws: ModelRegistryError.busy(name: "m", isUnloading: false)) { try await registry.unload("m") }
    #expect(model.refusal(within: .seconds(1)) == .closed)
    #expect(try registry.refusal(named: "m", within: .seconds(1)) == nil)
    let next = try registry.model(named: "m")
    async let second = answer(registry)
    #expect(await eventually { next.queue.admittedCount == 1 })
    gate.signal()
    try await holdUp
    #expect(try await first.version == "1")
    #expect(try await second.version == "2")
    #expect(try await report.unloaded == [ModelVersion("m", 1)])
  }

  @Test("While a model is unloaded under load it is said to be, and a second operation on it is refused")
  func unloading() async throws {
    let registry = try await loaded()
    let pool = try #require(registry.state.withLock { $0.source?.decodePool })
    let gate = DispatchSemaphore(value: 0)
    async let holdUp: Void = pool.run { gate.wait() }
    let model = try registry.model(named: "m")
    async let first = answer(registry)
    #expect(await eventually { model.queue.admittedCount == 1 })
    async let entry = registry.unload("m")
    #expect(await eventually { (try? list(registry)) == ["m/1 unloading"] })
    await #expect(throws: ModelRegistryError.busy(name: "m", isUnloading: true)) { try await registry.load("m") }
    await #expect(throws: ModelRegistryError.notReady(name: "m", state: .unloading, reason: nil)) {
      try await answer(registry)
    }
    gate.signal()
    try await holdUp
    #expect(try await first.version == "1")
    #expect(try await entry.state == .unloaded)
  }

  @Test("Requests that come while versions change all the time are each answered whole by one of them")
  func replacedUnderLoad() async throws {
    let registry = try await loaded()
    let photo = try Fixtures.image("photo.jpg")
    let isOver = Flag()
    let clients = (0..<8).map { _ in
      Task {
        var versions: Set<String> = []
        while !isOver.isSet {
          let answer = try await registry.withModel(named: nil) { try await $0.classify([photo, photo]) }
          let names = answer.predictions.flatMap(\.classes).map(\.label.name)
          // The labels of version 1 are CIFAR-10's.
          let owners = Set(names.map { $0.hasPrefix("version ") ? String($0.split(separator: " ")[1]) : "1" })
          #expect(owners == [answer.version])
          versions.insert(answer.version)
        }
        return versions
      }
    }
    for version in 2...30 {
      try addVersion(version, labels: "version \(version)")
      #expect(try await registry.reload().loaded == [ModelVersion("m", version)])
    }
    isOver.set()
    var versions: Set<String> = []
    for client in clients { versions.formUnion(try await client.value) }
    #expect(versions.count > 1)
  }

  @Test("Whoever leaves while a reload waits ends its own wait alone; those who come share the next reload")
  func leaving() async throws {
    let registry = try await loaded()
    let gate = DispatchSemaphore(value: 0)
    let held = registry.lane.run { await onOwnThread("gate") { gate.wait() } }
    let leaver = Task { try await registry.reload() }
    #expect(await eventually { registry.state.withLock { $0.waitingReload != nil } })
    async let report = registry.reload()
    leaver.cancel()
    await #expect(throws: CancellationError.self) { try await leaver.value }
    try addVersion(2)
    gate.signal()
    try await held.value
    #expect(try await report.loaded == [ModelVersion("m", 2)])
    #expect(registry.state.withLock { $0.waitingReload == nil })
  }

  @Test("When the server stops, what waits to be loaded is given up")
  func stopping() async throws {
    let registry = try await loaded()
    let gate = DispatchSemaphore(value: 0)
    let held = registry.lane.run { await onOwnThread("gate") { gate.wait() } }
    let waiting = Task { try await registry.load("m", version: 1) }
    #expect(await eventually { registry.state.withLock { $0.claims["m"] != nil } })
    registry.stop()
    gate.signal()
    try await held.value
    await #expect(throws: ModelRegistryError.stopping) { try await waiting.value }
    #expect(registry.state.withLock { $0.claims.isEmpty })
    #expect(try await answer(registry).version == "1")
    await registry.drain()
  }
}

/// Set once, by one task for others.
private final class Flag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .relaxed) }

  func set() { value.store(true, ordering: .relaxed) }
}

/// What a registry has told.
private final class EventLog: Sendable {
  private let told = Mutex<[String]>([])

  var lines: [String] { told.withLock { $0 } }

  @Sendable func note(_ event: ModelEvent) {
    let line =
      switch event {
      case .loaded(let model, _): "loaded \(model.name)/\(model.version)"
      case .unloaded(let model): "unloaded \(model.name)/\(model.version)"
      case .failed(let model): "failed \(model.name)/\(model.version)"
      case .unpinned(let model): "unpinned \(model.name)/\(model.version)"
      }
    told.withLock { $0.append(line) }
  }
}
