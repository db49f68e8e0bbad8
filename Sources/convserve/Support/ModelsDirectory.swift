import ArgumentParser
import Foundation
import ModelServing

/// `--models DIR`, which means the same in every command.
struct ModelsDirectory: ParsableArguments {
  @Option(name: .long, help: "Directory of models. Environment: CONVSERVE_MODELS. (default: models)")
  var models: String?

  var repository: ModelRepository {
    ModelRepository(path: models ?? ProcessInfo.processInfo.environment["CONVSERVE_MODELS"] ?? "models")
  }
}
