import Foundation

/// Measures the layers of served models when somebody asks, one model after the other at low priority, and holds what came
/// out for the models that were asked for last.
///
/// A model that takes another's place has another id, and is measured anew.
public actor LayerTimer {
  private static let capacity = 32

  private var measurements: [UUID: Task<LayerTimes, any Error>] = [:]
  /// The ids of those models, the one that was asked for last at the end.
  private var order: [UUID] = []
  private var last: Task<LayerTimes, any Error>?

  public init() {}

  /// What is held of a model, or what is measured now.
  ///
  /// - Throws: `DeadlineExceeded` where it is not measured by then (the measuring goes on, for whoever asks next), or
  ///   `CancellationError`.
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
  /// Measures on a thread of its own, which lets those that classify go first.
  fileprivate func measureLayers() async throws -> LayerTimes {
    try await onOwnThread("measuring") { [network, plan] in
      ThreadPriority.lower()
      return try LayerTimes(of: network, plan: plan)
    }
  }
}
