import ArgumentParser
import HTTPServer

/// How long a client, a request and the end of the server may take.
struct TimeOptions: ParsableArguments {
  @Option(name: .long, help: "Seconds after which a request is given up. (default: 30)")
  var requestTimeout: String?

  @Option(name: .long, help: "Seconds that a connection may be idle between requests. (default: 60)")
  var idleTimeout: String?

  @Option(name: .long, help: "Seconds that a request's header may take. (default: 10)")
  var headerTimeout: String?

  @Option(name: .long, help: "Seconds that a request's body may pause. (default: 30)")
  var bodyTimeout: String?

  @Option(name: .long, help: "Seconds that a client may pause while it takes its answer. (default: 30)")
  var writeTimeout: String?

  @Option(
    name: .long,
    help: """
      Kilobytes (2^10 bytes) a second that a body or an answer must move on average, once its first pause would have \
      been over. (default: 8)
      """)
  var minRate: String?

  @Option(name: .long, help: "Seconds for accepted requests to finish when stopping. (default: 30)")
  var gracePeriod: String?

  func timeouts(_ settings: Settings) -> ServerConfiguration.Timeouts {
    ServerConfiguration.Timeouts(
      header: .seconds(settings.integer("header-timeout", headerTimeout, 1...3600, default: 10)),
      body: .seconds(settings.integer("body-timeout", bodyTimeout, 1...3600, default: 30)),
      idle: .seconds(settings.integer("idle-timeout", idleTimeout, 1...3600, default: 60)),
      write: .seconds(settings.integer("write-timeout", writeTimeout, 1...3600, default: 30)),
      minimumRate: settings.integer("min-rate", minRate, 1...1_000_000, default: 8) << 10)
  }

  func request(_ settings: Settings) -> Duration {
    .seconds(settings.integer("request-timeout", requestTimeout, 1...3600, default: 30))
  }

  func grace(_ settings: Settings) -> Duration {
    .seconds(settings.integer("grace-period", gracePeriod, 0...3600, default: 30))
  }
}
