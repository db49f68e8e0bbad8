import AccessControl
import ArgumentParser
import HTTPServer
import Logging
import ServerAPI

/// Keys and limits at the server's door, set up from the configuration.
struct Gatekeeper {
  let policy: AccessPolicy
  private let keys: KeyRing?

  /// - Throws: `KeyFileError`, or `ValidationError` where strangers could use the server without anybody's having
  ///   said so.
  init(_ configuration: Configuration, operations: [String]) throws {
    let protection = configuration.protection
    if let unknown = protection.openOperations.subtracting(operations).min() {
      throw ValidationError(
        "--open-operations has no operation \"\(unknown)\"; there are \(operations.joined(separator: ", "))")
    }
    keys = try protection.keyFile.map { KeyRing(try $0.load()) }
    policy = AccessPolicy(keys: keys, rate: protection.rate, concurrent: protection.maximumConcurrentRequests)
    guard keys == nil, !protection.isInsecure else { return }
    let listening = [configuration.server] + (configuration.adminServer.map { [$0] } ?? [])
    for configuration in listening where try !configuration.isLoopbackOnly() {
      throw ValidationError(
        """
        \(configuration.hosts.joined(separator: ", ")) can be reached from other machines, and there are no API keys. \
        Make some with `convserve keys add NAME --api-keys FILE` and give --api-keys FILE, listen on localhost, or say \
        --insecure where something else keeps strangers out
        """)
    }
  }

  /// Says who may use the server, and has SIGHUP read the keys again.
  func announce(_ protection: Protection, _ hangup: HangupSignal, _ logger: Logger) {
    guard let keys, let file = protection.keyFile else {
      if protection.isInsecure {
        logger.warning("no API keys are asked for: everybody who reaches the server may use it")
      }
      return
    }
    if keys.count == 0 { logger.warning("\(file.path) holds no key: nobody may use the server") }
    hangup.register("API keys") {
      keys.replace(with: try file.load())
      if keys.count == 0 { logger.warning("\(file.path) holds no key: nobody may use the server") }
      return "\(keys.count) in \(file.path)"
    }
  }
}
