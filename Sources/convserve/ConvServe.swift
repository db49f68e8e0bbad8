import ArgumentParser

@main
struct ConvServe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convserve",
    abstract: "Serves pretrained convolutional networks over HTTP, and explains them.",
    discussion: """
      Exit status: 0 when all went well, 1 when something failed, 64 when the command line is wrong, 78 \
      when the configuration or a model of `serve` is wrong.
      """,
    version: Version.current,
    subcommands: [
      ServeCommand.self, ClassifyCommand.self, SummaryCommand.self, StatsCommand.self, CompareCommand.self,
      ModelsCommand.self, ArchitecturesCommand.self, ImportCommand.self, PullCommand.self, BenchCommand.self,
      KeysCommand.self, HealthcheckCommand.self,
    ])
}
