import Jobs
import Logging
import ModelServing

/// What a server does for its jobs.
struct ServerJobs: Sendable {
  /// Between two tries to have a model loaded with which something else is being done.
  private static let retryInterval = Duration.milliseconds(200)

  let registry: ModelRegistry
  let logger: Logger

  var hooks: JobHooks {
    JobHooks(
      bases: { (try? registry.models().map(\.name)) ?? [] },
      load: { model in try await load(model) },
      note: { message in logger.info("\(message)") })
  }

  /// Has the highest version of the model answer. Whoever pinned another one asked for that before, so it stays.
  private func load(_ model: Job.Model) async throws {
    if let pinned = try registry.entries().first(where: { $0.name == model.name && $0.isPinned }) {
      logger.notice("\(model.name)/\(model.version) is not served: somebody asked for version \(pinned.version ?? "?")")
      return
    }
    while true {
      do {
        let entry = try await registry.load(model.name)
        return logger.info("\(model.name)/\(entry.version ?? "?") answers; a job made \(model.version)")
      } catch ModelRegistryError.busy {
        try await Task.sleep(for: Self.retryInterval)
      }
    }
  }
}
