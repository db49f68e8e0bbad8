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
  /// - Throws: what the gatekeeper finds wrong.
  init(_ configuration: Configuration, _ context: APIContext, _ logger: Logger) throws {
    let protection = configuration.protection
    let adminConfiguration = configuration.adminServer
    let gatekeeper = try Gatekeeper(
      protection, listening: [configuration.server] + (adminConfiguration.map { [$0] } ?? []),
      operations: API.operations(context))
    func server(_ configuration: ServerConfiguration, _ part: API.Part) -> Server {
      let router = API.router(context, serving: part, openOperations: protection.openOperations)
      return Server(
        configuration: configuration, router: router, problem: API.problem, access: gatekeeper.policy, logger: logger)
    }
    main = server(configuration.server, adminConfiguration == nil ? .all : .main)
    admin = adminConfiguration.map { server($0, .admin) }
    self.logger = logger
    gatekeeper.announce(protection, hangup, logger)
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
