import Dispatch
import Glibc
import Logging

/// SIGHUP, at which files that may change while the server runs are read again: the one place that listens for it.
///
/// `@unchecked Sendable`: handlers are added before `listen`, and only read afterwards.
final class HangupSignal: @unchecked Sendable {
  typealias Handler = @Sendable () throws -> String

  private var handlers: [(subject: String, handler: Handler)] = []
  private var source: (any DispatchSourceSignal)?

  /// - Parameters:
  ///   - subject: what is read again, for the log.
  ///   - handler: returns what was found, in words. When it throws, what was read before goes on to count.
  func register(_ subject: String, _ handler: @escaping Handler) {
    precondition(source == nil, "handlers are registered before the signal can come")
    handlers.append((subject, handler))
  }

  /// From now on the signal is heard; before, it would end the process.
  func listen(_ logger: Logger) {
    signal(SIGHUP, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: DispatchQueue(label: "convserve.hangup"))
    source.setEventHandler { [handlers] in
      for (subject, handler) in handlers {
        do {
          let found = try handler()
          logger.info("\(subject) read again: \(found)")
        } catch {
          logger.error("\(subject) stay as they were: \(error)")
        }
      }
    }
    source.activate()
    self.source = source
  }
}
