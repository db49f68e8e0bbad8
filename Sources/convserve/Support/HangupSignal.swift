import Dispatch
import Glibc
import Logging
import Synchronization

/// SIGHUP, at which files that may change while the server runs are read again: the one place that listens for it.
///
/// `@unchecked Sendable`: handlers are added before `listen`, and only read afterwards.
final class HangupSignal: @unchecked Sendable {
  typealias Handler = @Sendable () throws -> String?
  private typealias Registered = (subject: String, handler: Handler)

  /// Whether the signal came before there was anybody to hear it.
  private static let isHeld = Atomic<Bool>(false)

  private var handlers: [Registered] = []
  private var source: (any DispatchSourceSignal)?

  /// - Parameters:
  ///   - subject: what is read again, for the log.
  ///   - handler: returns what was found, in words; nil where it takes a while, and says so itself then. When it throws,
  ///     what was read before goes on to count. The signal's next handlers wait for it.
  func register(_ subject: String, _ handler: @escaping Handler) {
    precondition(source == nil, "handlers are registered before the signal can come")
    handlers.append((subject, handler))
  }

  /// From now on the signal is kept for `listen`; before, it ends the process.
  static func hold() {
    // Made here: a signal handler is no place for it.
    isHeld.store(false, ordering: .relaxed)
    signal(SIGHUP) { _ in HangupSignal.isHeld.store(true, ordering: .relaxed) }
  }

  /// From now on the signal is heard, one that was held too.
  func listen(_ logger: Logger) {
    let queue = DispatchQueue(label: "convserve.hangup")
    let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: queue)
    source.setEventHandler { [handlers] in Self.readAgain(handlers, logger) }
    // Dispatch has taken the signal over from `hold`, if only now: whatever came before is known.
    source.setRegistrationHandler { [handlers] in
      if Self.isHeld.exchange(false, ordering: .relaxed) { Self.readAgain(handlers, logger) }
    }
    source.activate()
    self.source = source
  }

  private static func readAgain(_ handlers: [Registered], _ logger: Logger) {
    for (subject, handler) in handlers {
      do {
        if let found = try handler() { logger.info("\(subject) read again: \(found)") }
      } catch {
        logger.error("\(subject) stay as they were: \(error)")
      }
    }
  }
}
