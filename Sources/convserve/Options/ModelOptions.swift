import ArgumentParser

/// Which models are served.
struct ModelOptions: ParsableArguments {
  @Option(name: .long, help: "Directory of models. (default: models)", completion: .directory)
  var models: String?

  @Option(name: .long, help: "Model of /v1/classify. (default: the first by name)")
  var defaultModel: String?

  func directory(_ settings: Settings) -> String { settings.text("models", models) ?? "models" }

  func defaultName(_ settings: Settings) -> String? { settings.text("default-model", defaultModel) }
}
