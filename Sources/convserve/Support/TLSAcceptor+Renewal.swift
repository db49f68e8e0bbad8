import HTTPServer
import Logging

extension TLSAcceptor {
  /// Has SIGHUP read certificates and keys again.
  func renew(at hangup: HangupSignal, _ logger: Logger) {
    warn(logger)
    hangup.register("certificates") { [self] in
      try reload()
      warn(logger)
      return "new connections get them"
    }
  }

  private func warn(_ logger: Logger) {
    for warning in warnings() { logger.warning("\(warning)") }
  }
}
