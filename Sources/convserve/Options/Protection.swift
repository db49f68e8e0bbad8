import AccessControl
import ArgumentParser
import HTTPCore
import HTTPServer

/// How clients are kept within bounds.
struct Protection {
  let maximumRequestPixels: Int
  let maximumPixelsInFlight: Int
  let keyFile: KeyFile?
  /// Whether a file of keys was given, be it one that cannot be used.
  let asksForKeys: Bool
  /// Whether strangers may do without keys.
  let isInsecure: Bool
  let openOperations: Settings.Given<[String]>?
  let rate: RequestRate?
  let maximumConcurrentRequests: Int?
  let adminAddress: Settings.Given<(host: String, port: Int)>?

  /// - Parameter maximumPixels: in one image; the other bounds on pixels are at least this.
  init(_ options: ProtectionOptions, _ settings: Settings, maximumPixels: Int) {
    let one = maximumPixels / 1_000_000
    maximumRequestPixels =
      1_000_000 * settings.integer("max-request-pixels", options.maxRequestPixels, one...1_000_000, default: 4 * one)
    maximumPixelsInFlight =
      1_000_000
      * settings.integer("max-pixels-in-flight", options.maxPixelsInFlight, one...1_000_000, default: 2 * one)
    keyFile = settings.text("api-keys", options.apiKeys).map(KeyFile.init)
    asksForKeys = settings.isGiven("api-keys", options.apiKeys)
    isInsecure = settings.flag("insecure", options.insecure)
    openOperations = settings.list("open-operations", options.openOperations)
    rate = Self.rate(options, settings)
    maximumConcurrentRequests = settings.integer(
      "max-concurrent-requests", options.maxConcurrentRequests, 1...100_000)
    adminAddress = Self.adminAddress(options, settings)
  }

  private static func rate(_ options: ProtectionOptions, _ settings: Settings) -> RequestRate? {
    let perSecond = settings.number("rate-limit", options.rateLimit, 0.001...1_000_000, of: "requests a second")
    guard settings.isGiven("rate-limit", options.rateLimit) else {
      if let burst = settings.value("rate-burst", options.rateBurst) {
        settings.complain(burst.origin, "needs --rate-limit: without it there is no limit at all")
      }
      return nil
    }
    let burst = settings.integer("rate-burst", options.rateBurst, 1...1_000_000)
    return perSecond.map { RequestRate(perSecond: $0, burst: burst ?? max(1, Int($0.rounded(.up)))) }
  }

  private static func adminAddress(
    _ options: ProtectionOptions, _ settings: Settings
  ) -> Settings.Given<(host: String, port: Int)>? {
    guard let given = settings.value("admin-listen", options.adminListen) else { return nil }
    let text = given.value
    let colon = text.lastIndex(of: ":") ?? text.endIndex
    let port = DecimalNumber.whole(text[colon...].dropFirst())
    guard let port, (0...65_535).contains(port), colon > text.startIndex else {
      settings.complain(
        given.origin, "takes HOST:PORT such as localhost:9090 or [::1]:9090, not \"\(text)\"")
      return nil
    }
    let host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let name = String(isBracketed ? host.dropFirst().dropLast() : host)
    return Settings.Given(value: (name, port), origin: given.origin)
  }

  /// Complains where the admin address is the main one, or a part of it.
  func complainOfAdminAddress(takenBy main: ServerConfiguration, _ settings: Settings) {
    guard let adminAddress, main.port != 0, adminAddress.value.port == main.port else { return }
    let host = adminAddress.value.host
    guard let taken = main.hosts.first(where: { Self.overlap($0, host) || Self.overlap(host, $0) }) else { return }
    settings.complain(
      adminAddress.origin,
      """
      takes an address of its own, but \(Self.text(host, main.port)) is taken by --host and --port, \
      \(Self.text(taken, main.port))
      """)
  }

  /// Whether listening on `host` takes `other` too, as far as names and numbers say it.
  private static func overlap(_ host: String, _ other: String) -> Bool {
    switch host.lowercased() {
    case other.lowercased(), "::": true
    case "localhost": ["127.0.0.1", "::1"].contains(other)
    case "0.0.0.0": other.lowercased() == "localhost" || other.allSatisfy { $0.isNumber || $0 == "." }
    default: false
    }
  }

  private static func text(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
