import ArgumentParser
import Foundation

/// Where a server is: `http` or `https`, host and port, and the path before its API's, where a proxy has one.
struct ServerURL: ExpressibleByArgument, CustomStringConvertible, Sendable {
  let description: String
  let isSecure: Bool
  let host: String
  let port: Int
  private let prefix: String

  init?(argument: String) {
    guard let address = URLComponents(string: argument), let scheme = address.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = address.host, !host.isEmpty, address.user == nil,
      address.query == nil, address.fragment == nil
    else { return nil }
    isSecure = scheme == "https"
    self.host = host.trimmingCharacters(in: ["[", "]"])
    port = address.port ?? (isSecure ? 443 : 80)
    let path = address.percentEncodedPath
    prefix = path.hasSuffix("/") ? String(path.dropLast()) : path
    description = argument
  }

  /// The value of Host.
  var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  /// What a request for one of the API's paths asks.
  func target(_ path: String) -> String { prefix + path }
}
