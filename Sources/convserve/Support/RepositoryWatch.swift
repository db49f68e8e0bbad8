import Logging
import ModelServing

/// Has the server's models follow what the directory of models holds.
struct RepositoryWatch: Sendable {
  let registry: ModelRegistry
  let logger: Logger

  /// Has SIGHUP read the directory again.
  func reload(at hangup: HangupSignal) {
    hangup.register("models") {
      // What is loaded may take a while, and keys and certificates are not to wait for it.
      Task { await reload() }
      return nil
    }
  }

  private func reload() async {
    do {
      let report = try await registry.reload()
      logger.info("models read again: \(report.summary)")
    } catch ModelRegistryError.loading {
      logger.info("models are just being read")
    } catch {
      logger.error("models stay as they were: \(error)")
    }
  }

  /// Looks at the directory again and again until the task is cancelled. What is wrong with it is logged when it changes.
  func poll(every interval: Duration) async {
    var complaint: String?
    while (try? await Task.sleep(for: interval)) != nil {
      do {
        let report = try await registry.reloadChanges()
        if !report.isEmpty { logger.info("models have changed: \(report.summary)") }
        complaint = nil
      } catch is CancellationError {
        return
      } catch {
        if complaint != "\(error)" { logger.error("models stay as they were: \(error)") }
        complaint = "\(error)"
      }
    }
  }
}

extension ReloadReport {
  fileprivate var summary: String {
    func names(_ versions: [ModelVersion]) -> String {
      versions.map { "\($0.name)/\($0.version)" }.joined(separator: ", ")
    }
    let failures = failed.map { "\($0.name)/\($0.version)" }.joined(separator: ", ")
    let parts = [("loaded", names(loaded)), ("unloaded", names(unloaded)), ("not loaded", failures)]
    let told = parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1)" }
    return told.isEmpty ? "nothing has changed" : told.joined(separator: "; ")
  }
}
