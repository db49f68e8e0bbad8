import ArgumentParser
import Logging

/// What is logged.
struct LogOptions: ParsableArguments {
  @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical. (default: info)")
  var logLevel: String?

  func level(_ settings: Settings) -> Logger.Level {
    settings.choice("log-level", logLevel, default: .info)
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
