import AccessControl
import HTTPServer
import Logging
import ServerAPI

/// Keys and limits at the server's door, set up from the configuration.
struct Gatekeeper {
  let policy: AccessPolicy
  private let keys: KeyRing?

  init(_ protection: Protection) throws(KeyFileError) {
    keys = try protection.keyFile.map { file throws(KeyFileError) in KeyRing(try file.load()) }
    policy = AccessPolicy(keys: keys, rate: protection.rate, concurrent: protection.maximumConcurrentRequests)
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

extension Gatekeeper {
  /// All for which no gatekeeper could be set up.
  ///
  /// - Parameter operations: the names of those that there are.
  static func faults(_ configuration: Configuration, operations: [String]) -> [any Error] {
    let protection = configuration.protection
    var faults: [any Error] = unknownOperations(protection, operations)
    faults += (protection.keyFile?.faults() ?? []) as [any Error]
    return faults + openAddresses(configuration)
  }

  private static func unknownOperations(_ protection: Protection, _ operations: [String]) -> [ConfigurationError] {
    guard let open = protection.openOperations else { return [] }
    return Set(open.value).subtracting(operations).sorted().map { unknown in
      .unacceptable(
        open.origin, complaint: "has no operation \"\(unknown)\"; there are \(operations.joined(separator: ", "))")
    }
  }

  /// Where strangers could use the server without anybody's having said so.
  private static func openAddresses(_ configuration: Configuration) -> [any Error] {
    guard !configuration.protection.asksForKeys, !configuration.protection.isInsecure else { return [] }
    return configuration.givenAddresses.compactMap { server, origin -> (any Error)? in
      do throws(ListenError) {
        return try server.isLoopbackOnly() ? nil : ConfigurationError.unacceptable(origin, complaint: openTo(server))
      } catch {
        return error
      }
    }
  }

  private static func openTo(_ server: ServerConfiguration) -> String {
    """
    \(server.hosts.joined(separator: ", ")) can be reached from other machines, and there are no API keys. Make some \
    with `convserve keys add NAME --api-keys FILE` and give --api-keys FILE, listen on localhost, or say --insecure \
    where something else keeps strangers out
    """
  }
}
