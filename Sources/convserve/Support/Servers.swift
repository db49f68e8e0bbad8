import HTTPServer
import Logging
import ServerAPI

/// The server at the main address, and that of the operators where they have an address of their own: one API, one
/// gatekeeper.
struct Servers {
  private let main: Server
  private let admin: Server?
  private let hangup = HangupSignal()
  private let logger: Logger

  /// From here on SIGHUP is heard.
  ///
  /// - Throws: what is wrong with keys or certificates.
  init(_ configuration: Configuration, _ context: APIContext, _ logger: Logger) throws {
    let openOperations = Set(configuration.protection.openOperations?.value ?? [])
    let gatekeeper = try Gatekeeper(configuration.protection)
    let tls = try configuration.tls.map(TLSAcceptor.init)
    // The operators' address has as many.
    let count = configuration.adminServer == nil ? 1 : 2
    let connections = DescriptorLimit.raise(for: count * configuration.server.maximumConnections, logger) / count
    func server(_ configuration: ServerConfiguration, _ part: API.Part) -> Server {
      var configuration = configuration
      configuration.maximumConnections = connections
      return Server(
        configuration: configuration, router: API.router(context, serving: part, openOperations: openOperations),
        problem: API.problem, tls: tls, access: gatekeeper.policy, counters: context.metrics.counters, logger: logger,
        observer: context.metrics.observe)
    }
    main = server(configuration.server, configuration.adminServer == nil ? .all : .main)
    admin = configuration.adminServer.map { server($0, .admin) }
    self.logger = logger
    gatekeeper.announce(configuration.protection, hangup, logger)
    tls?.renew(at: hangup, logger)
    RepositoryWatch(registry: context.registry, logger: logger).reload(at: hangup)
    hangup.listen(logger)
  }

  /// Begins to listen, at all addresses or at none.
  ///
  /// - Returns: the main ones.
  func start() async throws -> [BoundAddress] {
    let addresses = try main.start()
    do {
      if let address = try admin?.start().first { logger.info("admin operations are at \(address.url)") }
    } catch {
      await main.stop(gracePeriod: .zero)
      throw error
    }
    return addresses
  }

  /// Finishes what was accepted.
  func stop(gracePeriod: Duration) async {
    async let adminStopped: Void? = admin?.stop(gracePeriod: gracePeriod)
    await main.stop(gracePeriod: gracePeriod)
    _ = await adminStopped
  }
}
