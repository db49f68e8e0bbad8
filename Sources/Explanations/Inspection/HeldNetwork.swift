import ModelServing
import Synchronization

/// A model's weights and plans, held from one explanation to the next: they end with the model.
public final class HeldNetwork: ModelCompanion, Sendable {
  private struct State {
    var memory: NetworkMemory?
    var isClosed = false
  }

  private let state = Mutex(State())

  public init() {}

  /// Bytes that are held now.
  public var byteCount: Int { state.withLock { $0.memory?.byteCount ?? 0 } }

  /// What is held, for whoever computes with it now; nil where nothing is.
  func take() -> NetworkMemory? { state.withLock { $0.memory.take() } }

  /// Holds what was computed with, unless the model has ended meanwhile.
  func giveBack(_ memory: NetworkMemory) {
    state.withLock { if !$0.isClosed { $0.memory = memory } }
  }

  /// Lets go of what is held now.
  func release() { state.withLock { $0.memory = nil } }

  public func close() {
    state.withLock { state in
      state.isClosed = true
      state.memory = nil
    }
  }
}
