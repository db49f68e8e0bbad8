import InferenceRuntime
import ModelServing
import Synchronization

/// Where explanations wait for their turn: one is computed at a time, by a thread that lets those go first that classify.
///
/// The line is short. Whoever finds it full is refused before a picture is decoded; whoever gives up leaves it. A long
/// explanation takes many short turns, and stands at the end of the line for each: a quick one never waits for all of it.
public final class ExplanationLine: Sendable {
  public struct Configuration: Hashable, Sendable {
    /// Most explanations admitted and not yet answered.
    public var capacity: Int
    /// Bytes that weights and plans may take, over all models.
    public var memoryLimit: Int
    /// Threads that compute one explanation.
    public var threadCount: Int

    public init(capacity: Int = 8, memoryLimit: Int = 2 << 30, threadCount: Int = 1) {
      (self.capacity, self.memoryLimit, self.threadCount) = (capacity, memoryLimit, threadCount)
    }
  }

  private struct State {
    var admitted = 0
    /// Time that turns took since an explanation was last answered.
    var spent = Duration.zero
    /// Time that the explanation took that was answered last.
    var lastTime = Duration.milliseconds(500)
    /// Those who hold memory, the one who computed last at the end.
    var holders: [Holder] = []
  }

  private struct Holder {
    weak var held: HeldNetwork?
  }

  let configuration: Configuration
  private let thread = DecodePool(threadCount: 1, name: "explain")
  private let pool: WorkerPool
  private let state = Mutex(State())

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    pool = WorkerPool(threadCount: configuration.threadCount)
  }

  /// Why an explanation would be refused now, if it would.
  public var refusal: BatchQueueError? { state.withLock { refusal($0) } }

  private func refusal(_ state: State) -> BatchQueueError? {
    guard state.admitted >= configuration.capacity else { return nil }
    return .full(capacity: configuration.capacity, retryAfter: state.lastTime * state.admitted)
  }

  /// Admits an explanation for as long as `body` takes.
  ///
  /// - Throws: `BatchQueueError.full`, or what `body` throws.
  func admit<Value>(_ body: () async throws -> Value) async throws -> Value {
    try state.withLock { state throws(BatchQueueError) in
      if let refusal = refusal(state) { throw refusal }
      state.admitted += 1
    }
    defer { state.withLock { $0.admitted -= 1 } }
    let value = try await body()
    state.withLock { ($0.lastTime, $0.spent) = ($0.spent, .zero) }
    return value
  }

  /// Computes something at the end of the line. To be called by what is admitted.
  ///
  /// - Throws: what `compute` throws, or `CancellationError`.
  func turn<Value: Sendable>(_ compute: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await thread.run { [self] in
      let start = ContinuousClock.now
      defer { state.withLock { $0.spent += ContinuousClock.now - start } }
      return try compute()
    }
  }

  /// Calls `body` with a model's weights and plans, which are read and made where they are not held. To be called by what
  /// the line computes.
  func withMemory<Value>(
    of model: InspectedModel, _ held: HeldNetwork, _ body: (NetworkMemory) throws -> Value
  ) throws -> Value {
    let kept = held.take()
    if kept == nil { try makeRoom(for: NetworkMemory.weightBytes(of: model.network)) }
    let memory =
      try kept
      ?? NetworkMemory(
        model.network, limit: configuration.memoryLimit, pool: pool, weights: { try model.weights() })
    defer {
      makeRoom(for: memory.byteCount)
      held.giveBack(memory)
      state.withLock { state in
        state.holders.removeAll { $0.held == nil || $0.held === held }
        state.holders.append(Holder(held: held))
      }
    }
    return try body(memory)
  }

  /// Has those let go of their memory who were asked for the longest time ago, until so many bytes have room.
  private func makeRoom(for bytes: Int) {
    let holders = state.withLock { $0.holders.compactMap(\.held) }
    var total = holders.reduce(bytes) { $0 + $1.byteCount }
    for holder in holders where total > configuration.memoryLimit {
      total -= holder.byteCount
      holder.release()
    }
  }
}
