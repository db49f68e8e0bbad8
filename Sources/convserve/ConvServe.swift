import ArgumentParser
import Glibc
import Jobs

@main
struct ConvServe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convserve",
    abstract: "Serves convolutional networks over HTTP, explains them, and trains them.",
    discussion: """
      Exit status: 0 when all went well, 1 when something failed, 64 when the command line is wrong, 78 \
      when the configuration or a model of `serve` is wrong.
      """,
    version: Version.current,
    subcommands: [
      ServeCommand.self, ClassifyCommand.self, EmbedCommand.self, SummaryCommand.self, StatsCommand.self,
      CompareCommand.self, GraphCommand.self, ProfileCommand.self, ConvolutionCommand.self, PoolingCommand.self,
      ExplainCommand.self, ActivationsCommand.self, FiltersCommand.self, ReceptiveFieldCommand.self, InputCommand.self,
      ModelsCommand.self, ArchitecturesCommand.self, ImportCommand.self, PullCommand.self,
      AdaptCommand.self, AuditCommand.self, JobsCommand.self, TrainCommand.self, CurvesCommand.self,
      TuneCommand.self, DiagnoseCommand.self,
      SearchCommand.self, TrialCommand.self,
      BenchCommand.self, KeysCommand.self, HealthcheckCommand.self,
    ])

  static func main() async {
    // Other commands are to end with their terminal. Known before the command line is parsed, which takes a while.
    if CommandLine.arguments.dropFirst().first == ServeCommand.configuration.commandName { HangupSignal.hold() }
    StandardDescriptors.occupy()
    // Whoever has the system wait for children hands that on, and nobody would learn how this program's children end.
    signal(SIGCHLD, SIG_DFL)
    // Where a server has started this as the child of a job.
    ParentWatch.start()
    do {
      var command = try await asyncParseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      exit(withError: shown(error))
    }
  }

  /// Prints help and version, which end the parser like errors; it would print them itself, and not see that it cannot.
  private static func shown(_ end: any Error) -> any Error {
    let message = fullMessage(for: end)
    guard exitCode(for: end) == .success, !message.isEmpty else { return end }
    do {
      try Terminal.write(message + "\n")
      return ExitCode.success
    } catch {
      return error
    }
  }
}
