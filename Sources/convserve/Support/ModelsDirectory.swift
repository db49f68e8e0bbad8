import ArgumentParser
import Foundation
import ModelServing

/// `--models DIR`, which means the same in every command.
struct ModelsDirectory: ParsableArguments {
  @Option(name: .long, help: "Directory of models. Environment: CONVSERVE_MODELS. (default: models)")
  var models: String?

  func validate() throws {
    let settings = Settings(environment: ProcessInfo.processInfo.environment)
    _ = path(settings)
    if let error = settings.errors.first { throw ValidationError("\(error)") }
  }

  var repository: ModelRepository {
    ModelRepository(path: path(Settings(environment: ProcessInfo.processInfo.environment)))
  }

  private func path(_ settings: Settings) -> String { settings.text("models", models) ?? "models" }
}
