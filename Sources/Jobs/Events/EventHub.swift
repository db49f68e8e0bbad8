import Synchronization

/// Tells listeners that there are new events; they read them from the database themselves, so that one who is slow costs nothing.
final class EventHub: Sendable {
  private struct Waiter {
    var job: String
    var sequence: Int
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    /// The last event of each job that had one since the start.
    var newest: [String: Int] = [:]
    var waiters: [Int: Waiter] = [:]
    /// Who was called back before it waited.
    var cancelled: Set<Int> = []
    var nextWaiter = 0
    var isClosed = false
  }

  private let state = Mutex(State())

  /// After the transaction. Of two that come in the wrong order the greater number counts.
  func announce(_ job: String, _ sequence: Int) {
    wake { state in
      state.newest[job] = max(state.newest[job] ?? 0, sequence)
      return { $0.job == job && $0.sequence < sequence }
    }
  }

  /// The job is gone: those who wait look again, and find that.
  func forget(_ job: String) {
    wake { state in
      state.newest[job] = nil
      return { $0.job == job }
    }
  }

  /// Nobody waits any more.
  func close() {
    wake { state in
      state.isClosed = true
      return { _ in true }
    }
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  private func wake(_ change: (inout State) -> (Waiter) -> Bool) {
    let woken = state.withLock { state in
      let isMeant = change(&state)
      let woken = state.waiters.filter { isMeant($0.value) }
      for key in woken.keys { state.waiters[key] = nil }
      return woken.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Returns when the job may have an event after this number, the hub is closed, or the task is cancelled.
  func wait(for job: String, beyond sequence: Int) async {
    let key = state.withLock { state in
      defer { state.nextWaiter += 1 }
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        enter(key, Waiter(job: job, sequence: sequence, continuation: continuation))
      }
    } onCancel: {
      leave(key)
    }
    state.withLock { _ = $0.cancelled.remove(key) }
  }

  private func enter(_ key: Int, _ waiter: Waiter) {
    let isDone = state.withLock { state in
      if state.isClosed || state.cancelled.contains(key) || state.newest[waiter.job] ?? 0 > waiter.sequence {
        return true
      }
      state.waiters[key] = waiter
      return false
    }
    if isDone { waiter.continuation.resume() }
  }

  private func leave(_ key: Int) {
    let waiter = state.withLock { state in
      state.cancelled.insert(key)
      return state.waiters.removeValue(forKey: key)
    }
    waiter?.continuation.resume()
  }
}
