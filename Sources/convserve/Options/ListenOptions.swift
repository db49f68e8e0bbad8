import ArgumentParser
import HTTPCore

/// Where the server listens, and to whom.
struct ListenOptions: ParsableArguments {
  @Option(name: .long, help: "Address or name to listen on; localhost means both loopbacks. (default: localhost)")
  var host: String?

  @Option(name: .long, help: "Port; 0 picks a free one. (default: 8080)")
  var port: String?

  @Option(name: .long, help: "Connections served at a time. (default: 1024)")
  var maxConnections: String?

  @Option(
    name: .long,
    help: """
      Origins whose pages may use the server from a browser (CORS), separated by commas, such as \
      https://example.org; * stands for all. (default: none)
      """)
  var corsOrigins: String?

  /// Nil where it is not given: then `localhost`.
  func hostName(_ settings: Settings) -> Settings.Given<String>? {
    settings.value(
      "host", host, whenEmpty: "takes an address or a name, not \"\"; 0.0.0.0 or :: stand for every address")
  }

  func portNumber(_ settings: Settings) -> Int {
    settings.integer("port", port, 0...65_535, default: 8080)
  }

  func maximumConnections(_ settings: Settings) -> Int {
    settings.integer("max-connections", maxConnections, 1...100_000, default: 1024)
  }

  func cors(_ settings: Settings) -> CORSPolicy? {
    guard let origins = settings.list("cors-origins", corsOrigins) else { return nil }
    do {
      return try CORSPolicy(origins: origins.value)
    } catch {
      settings.complain(origins.origin, "does not take this: \(error)")
      return nil
    }
  }
}
