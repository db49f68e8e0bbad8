import ArgumentParser

/// The options of `serve` that keep clients within bounds.
struct ProtectionOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Megapixels that the images of one request may have together. (default: 4 times --max-pixels)")
  var maxRequestPixels: String?

  @Option(
    name: .long,
    help: """
      Megapixels that are decoded at a time over all requests; further images wait. (default: 2 times --max-pixels)
      """)
  var maxPixelsInFlight: String?

  @Option(
    name: .long,
    help: "File of the API keys that are accepted; see `convserve keys`. SIGHUP reads it again. (default: none)",
    completion: .file())
  var apiKeys: String?

  @Flag(
    name: .long,
    help: "Listens beyond this machine without API keys: everybody who can reach the server may use it.")
  var insecure = false

  @Option(
    name: .long,
    help: """
      Operations of openapi.yaml that need no API key, separated by commas, such as listModels,getModel. \
      (default: none besides health and openapi)
      """)
  var openOperations: String?

  @Option(
    name: .long,
    help: "Requests a second that a client may make in the long run, such as 10 or 0.5. (default: no limit)")
  var rateLimit: String?

  @Option(
    name: .long,
    help: "Requests that a client may make at once after a pause. (default: --rate-limit, at least 1)")
  var rateBurst: String?

  @Option(name: .long, help: "Requests of one client that may be under way at a time. (default: no limit)")
  var maxConcurrentRequests: String?

  @Option(
    name: .long,
    help: """
      HOST:PORT for the operations that need the scope admin, which the main address then does not have. \
      (default: the main address)
      """)
  var adminListen: String?
}
