import ArgumentParser

/// The options of `serve`, a group a file. Each is `nil` unless given, so that the environment and the configuration
/// file can speak before the default.
struct ServeOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      Configuration file in YAML, whose keys are the names of these options without the dashes. \
      (default: none)
      """,
    completion: .file())
  var config: String?

  @OptionGroup(title: "Listening") var listening: ListenOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "Models") var models: ModelOptions
  @OptionGroup(title: "Computing") var computing: ComputeOptions
  @OptionGroup(title: "Limits") var limits: LimitOptions
  @OptionGroup(title: "Jobs") var jobs: JobOptions
  @OptionGroup(title: "Times") var times: TimeOptions
  @OptionGroup(title: "Logs") var logs: LogOptions
  @OptionGroup(title: "Protection") var protection: ProtectionOptions
}
