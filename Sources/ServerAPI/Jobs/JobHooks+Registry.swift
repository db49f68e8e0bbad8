import Architectures
import HyperparameterSearch
import Jobs
import Logging
import ModelServing

extension JobHooks {
  /// What a server does for its jobs: they start from the models that it serves, and add to them.
  public static func serving(_ registry: ModelRegistry, logger: Logger?) -> JobHooks {
    JobHooks(
      bases: { (try? registry.models().map(\.name)) ?? [] },
      load: { model in try await load(model, into: registry, logger) },
      check: { request, classes in try check(request, classes: classes, registry) },
      note: { message in logger?.info("\(message)") })
  }

  /// Between two tries to load a model with which something else is being done.
  private static let retryInterval = Duration.milliseconds(200)

  /// Has the highest version of the model answer. Whoever pinned another one asked for that before, so it stays.
  private static func load(_ model: Job.Model, into registry: ModelRegistry, _ logger: Logger?) async throws {
    if let pinned = try registry.entries().first(where: { $0.name == model.name && $0.isPinned }) {
      let version = pinned.version ?? "?"
      logger?.notice("\(model.name)/\(model.version) is not served: somebody asked for version \(version)")
      return
    }
    while true {
      do {
        let entry = try await registry.load(model.name)
        logger?.info("\(model.name)/\(entry.version ?? "?") answers; a job made version \(model.version)")
        return
      } catch ModelRegistryError.busy {
        try await Task.sleep(for: retryInterval)
      }
    }
  }

  /// Refuses an architecture that there is not, a space that cannot be searched, and a name to which the job could not add a
  /// version once it is done.
  private static func check(_ request: JobRequest, classes: [String], _ registry: ModelRegistry) throws {
    if let name = request.architecture { _ = try Architecture.named(name) }
    if let space = request.space { try check(space) }
    guard let name = request.name else { return }
    do {
      try registry.requireName(name, classes: classes, isNewVersionWanted: request.newVersion ?? false)
    } catch let error as TrainedModelError {
      let remedy = request.kind == .adapt ? ", or set \"new_version\" to add a version to it all the same" : ""
      throw JobError.nameInUse(name: name, reason: "\(error.reason); choose another name\(remedy)")
    }
  }

  private static func check(_ space: JSONValue) throws {
    do {
      _ = try SearchDefinition(json: space)
    } catch {
      let member = error.path.isEmpty ? "space" : "space.\(error.path)"
      throw JobError.request(
        member: member, problem: error.problem, accepted: error.accepted.map { [$0] } ?? [])
    }
  }
}
