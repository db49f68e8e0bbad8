import ArgumentParser
import Logging

/// What is logged.
struct LogOptions: ParsableArguments {
  @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical. (default: info)")
  var logLevel: String?

  @Option(
    name: .long,
    help: "Form of the log on standard error: text for people, json for programs, one object a line. (default: text)")
  var logFormat: String?

  func level(_ settings: Settings) -> Logger.Level {
    settings.choice("log-level", logLevel, default: .info)
  }

  func format(_ settings: Settings) -> LogFormat { settings.choice("log-format", logFormat, default: .text) }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
