import Synchronization

/// What all datasets take of the quotas, those that are kept and those that are on their way together: nothing is counted
/// twice, and nothing is not counted, at any moment.
final class UploadLedger: Sendable {
  private struct State {
    var count: Int
    var bytes: Int
  }

  private let maximumDatasets: Int
  private let maximumBytes: Int
  private let state: Mutex<State>

  /// - Parameters:
  ///   - count: datasets that are kept.
  ///   - bytes: what they take.
  init(maximumDatasets: Int, maximumBytes: Int, count: Int, bytes: Int) {
    self.maximumDatasets = maximumDatasets
    self.maximumBytes = maximumBytes
    state = Mutex(State(count: count, bytes: bytes))
  }

  /// One more is on its way.
  func open() throws(JobError) {
    try state.withLock { state throws(JobError) in
      guard state.count < maximumDatasets else { throw .tooManyDatasets(limit: maximumDatasets) }
      guard state.bytes < maximumBytes else { throw .quotaExceeded(bytes: state.bytes, limit: maximumBytes) }
      state.count += 1
    }
  }

  /// So many bytes more are to be written.
  func add(_ bytes: Int) throws(JobError) {
    try state.withLock { state throws(JobError) in
      let total = state.bytes + bytes
      guard total <= maximumBytes else { throw .quotaExceeded(bytes: total, limit: maximumBytes) }
      state.bytes += bytes
    }
  }

  /// What may still come.
  var room: Int { state.withLock { max(maximumBytes - $0.bytes, 0) } }

  func giveBack(_ bytes: Int) { state.withLock { $0.bytes -= bytes } }

  /// One that was kept, or on its way, is gone.
  func close(_ bytes: Int) {
    state.withLock { state in
      state.count -= 1
      state.bytes -= bytes
    }
  }
}
