import Dispatch
import Glibc
import HTTPServer
import Logging

/// SIGHUP, at which certificates and keys are read again.
struct CertificateRenewal {
  private let source: any DispatchSourceSignal

  init(_ acceptor: TLSAcceptor, _ logger: Logger) {
    Self.warn(acceptor, logger)
    // The default action would end the process before the source hears of the signal.
    signal(SIGHUP, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: DispatchQueue(label: "convserve.certificates"))
    source.setEventHandler { Self.renew(acceptor, logger) }
    source.resume()
  }

  func stop() { source.cancel() }

  private static func renew(_ acceptor: TLSAcceptor, _ logger: Logger) {
    do throws(TLSError) {
      try acceptor.reload()
      logger.info("certificates and keys were read again; new connections get them")
      warn(acceptor, logger)
    } catch {
      logger.error("certificates and keys stay as they were: \(error)")
    }
  }

  private static func warn(_ acceptor: TLSAcceptor, _ logger: Logger) {
    for warning in acceptor.warnings() { logger.warning("\(warning)") }
  }
}
