import ArgumentParser

/// Which models are served.
struct ModelOptions: ParsableArguments {
  @Option(name: .long, help: "Directory of models. (default: models)", completion: .directory)
  var models: String?

  @Option(name: .long, help: "Model of /v1/classify. (default: the first by name)")
  var defaultModel: String?

  @Option(
    name: .long,
    help: """
      Seconds between two looks at the directory of models: what has changed there is loaded or unloaded. (default: none, \
      only when asked to)
      """)
  var pollModels: String?

  func directory(_ settings: Settings) -> String { settings.text("models", models) ?? "models" }

  func defaultName(_ settings: Settings) -> String? { settings.text("default-model", defaultModel) }

  /// Nil: the directory is not looked at.
  func pollInterval(_ settings: Settings) -> Duration? {
    settings.integer("poll-models", pollModels, 1...86_400).map { .seconds($0) }
  }
}
