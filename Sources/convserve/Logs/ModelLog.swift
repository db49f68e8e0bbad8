import Foundation
import InferenceRuntime
import Logging
import ModelServing

/// What happens to models, in the log; and the algorithms that were chosen for them, in the file that keeps them.
struct ModelLog {
  private let algorithms: AlgorithmCacheFile
  private let cache: AlgorithmCache
  private let logger: Logger

  init(_ configuration: Configuration, _ logger: Logger) {
    algorithms = configuration.algorithms
    cache = configuration.algorithmCache
    self.logger = logger
  }

  @Sendable func note(_ event: ModelEvent) {
    switch event {
    case .loaded(let model, let time):
      keepAlgorithms()
      logger.info("model \(model.name): version \(model.version) loaded in \(String(format: "%.2f", time.seconds)) s")
    case .unloaded(let model): logger.info("model \(model.name): version \(model.version) unloaded")
    case .failed(let model):
      logger.warning("model \(model.name): version \(model.version) cannot be loaded: \(model.reason)")
    case .unpinned(let model):
      logger.warning(
        "model \(model.name): version \(model.version), which was asked for, is gone; the highest counts again")
    }
  }

  /// For the next start.
  private func keepAlgorithms() {
    do {
      try algorithms.save(cache)
    } catch {
      logger.notice("the choice of algorithms is not kept for the next start: \(algorithms.path): \(error)")
    }
  }
}
