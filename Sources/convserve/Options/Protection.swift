import AccessControl
import ArgumentParser

/// How clients are kept within bounds.
struct Protection {
  let maximumRequestPixels: Int
  let maximumPixelsInFlight: Int
  let keyFile: KeyFile?
  /// Whether strangers may do without keys.
  let isInsecure: Bool
  let openOperations: Set<String>
  let rate: RequestRate?
  let maximumConcurrentRequests: Int?
  let adminAddress: (host: String, port: Int)?

  /// - Parameter maximumPixels: in one image; the other bounds on pixels are at least this.
  /// - Throws: `ValidationError` naming the setting and what it takes.
  init(_ options: ProtectionOptions, _ settings: Settings, maximumPixels: Int) throws {
    let megapixels = maximumPixels / 1_000_000
    maximumRequestPixels =
      1_000_000
      * (try settings.integer(
        "max-request-pixels", options.maxRequestPixels, megapixels...1_000_000, default: 4 * megapixels))
    maximumPixelsInFlight =
      1_000_000
      * (try settings.integer(
        "max-pixels-in-flight", options.maxPixelsInFlight, megapixels...1_000_000, default: 2 * megapixels))
    keyFile = settings.text("api-keys", options.apiKeys).flatMap { $0.isEmpty ? nil : KeyFile(path: $0) }
    isInsecure = try settings.flag("insecure", options.insecure)
    openOperations = Set(
      (settings.text("open-operations", options.openOperations) ?? "").split(separator: ",").map(String.init))
    rate = try Self.rate(options, settings)
    maximumConcurrentRequests = try settings.integer(
      "max-concurrent-requests", options.maxConcurrentRequests, 1...100_000)
    adminAddress = try settings.text("admin-listen", options.adminListen).map(Self.address)
  }

  private static func rate(_ options: ProtectionOptions, _ settings: Settings) throws -> RequestRate? {
    guard let text = settings.text("rate-limit", options.rateLimit) else { return nil }
    guard let perSecond = Double(text), (0.001...1_000_000).contains(perSecond) else {
      throw ValidationError("--rate-limit takes requests a second from 0.001 to 1000000, not \"\(text)\"")
    }
    let burst = try settings.integer(
      "rate-burst", options.rateBurst, 1...1_000_000, default: max(1, Int(perSecond.rounded(.up))))
    return RequestRate(perSecond: perSecond, burst: burst)
  }

  private static func address(_ text: String) throws -> (host: String, port: Int) {
    let colon = text.lastIndex(of: ":") ?? text.endIndex
    guard let port = Int(text[colon...].dropFirst()), (0...65_535).contains(port) else {
      throw ValidationError("--admin-listen takes HOST:PORT such as localhost:9090 or [::1]:9090, not \"\(text)\"")
    }
    let host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    return (String(isBracketed ? host.dropFirst().dropLast() : host), port)
  }
}
