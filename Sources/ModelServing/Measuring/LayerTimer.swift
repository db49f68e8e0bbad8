import Foundation

/// Measures the layers of served models when a client asks for the times, one model after the other at low priority.
/// The times of the 32 models that were asked for last are held.
///
/// Times belong to the id of a model. If a model replaces another under the same name, the new model is measured
/// again.
public actor LayerTimer {
  private static let capacity = 32

  private var measurements: [UUID: Task<LayerTimes, any Error>] = [:]
  /// The ids of the measured models, the most recently requested one last.
  private var order: [UUID] = []
  private var last: Task<LayerTimes, any Error>?

  /// A timer that holds no times yet.
  public init() {}

  /// The times of a model: the held ones, or those of a measurement that begins now.
  ///
  /// - Parameters:
  ///   - model: the model to measure.
  ///   - deadline: the time after which nobody wants the answer.
  /// - Returns: the time of each layer.
  /// - Throws: `DeadlineExceeded` if the measurement is not complete by the deadline. The measurement goes on, and
  ///   the next request gets its result. `CancellationError` if the task is cancelled.
  public nonisolated func times(of model: ServedModel, deadline: ContinuousClock.Instant) async throws -> LayerTimes {
    let measurement = await measurement(of: model)
    return try await withDeadline(deadline) {
      let turn = Turn<LayerTimes>()
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          guard turn.take(continuation) else { return continuation.resume(throwing: CancellationError()) }
          Task { turn.end(await measurement.result) }
        }
      } onCancel: {
        turn.end(.failure(CancellationError()))
      }
    }
  }

  private func measurement(of model: ServedModel) -> Task<LayerTimes, any Error> {
    order.removeAll { $0 == model.id }
    order.append(model.id)
    if let held = measurements[model.id] { return held }
    if order.count > Self.capacity { measurements[order.removeFirst()] = nil }
    let (before, id) = (last, model.id)
    let measurement = Task {
      // Two measurements at once would measure each other.
      _ = await before?.result
      do {
        return try await model.measureLayers()
      } catch {
        forget(id)
        throw error
      }
    }
    measurements[id] = measurement
    last = measurement
    return measurement
  }

  private func forget(_ id: UUID) {
    measurements[id] = nil
    order.removeAll { $0 == id }
  }
}

extension ServedModel {
  /// Measures on a thread of its own at low priority, so that classification goes first.
  fileprivate func measureLayers() async throws -> LayerTimes {
    try await onOwnThread("measuring") { [network, plan] in
      ThreadPriority.lower()
      return try LayerTimes(of: network, plan: plan)
    }
  }
}
