import Synchronization

/// What uploads that are on their way may still take of the quotas, beside the datasets that are there.
final class UploadLedger: Sendable {
  private struct State {
    var count = 0
    var bytes = 0
  }

  private let maximumDatasets: Int
  private let maximumBytes: Int
  private let state = Mutex(State())

  init(maximumDatasets: Int, maximumBytes: Int) {
    self.maximumDatasets = maximumDatasets
    self.maximumBytes = maximumBytes
  }

  func open(datasets: Int, bytes: Int) throws(JobError) {
    try state.withLock { state throws(JobError) in
      guard datasets + state.count < maximumDatasets else { throw .tooManyDatasets(limit: maximumDatasets) }
      guard bytes + state.bytes < maximumBytes else { throw .quotaExceeded(bytes: bytes, limit: maximumBytes) }
      state.count += 1
    }
  }

  /// - Parameter kept: bytes of all datasets when the upload began.
  func add(_ bytes: Int, kept: Int) throws(JobError) {
    try state.withLock { state throws(JobError) in
      let total = kept + state.bytes + bytes
      guard total <= maximumBytes else { throw .quotaExceeded(bytes: total, limit: maximumBytes) }
      state.bytes += bytes
    }
  }

  /// What may still come.
  func room(kept: Int) -> Int { state.withLock { max(maximumBytes - kept - $0.bytes, 0) } }

  func giveBack(_ bytes: Int) { state.withLock { $0.bytes -= bytes } }

  /// The upload is over: what it has become is counted elsewhere, or gone.
  func close(_ bytes: Int) {
    state.withLock { state in
      state.count -= 1
      state.bytes -= bytes
    }
  }
}
