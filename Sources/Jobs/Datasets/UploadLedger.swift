import Synchronization

/// What all datasets take of the quotas, those that are kept and those that are on their way together: nothing is counted
/// twice, and nothing is not counted, at any moment.
final class UploadLedger: Sendable {
  private struct State {
    var kept: (count: Int, bytes: Int)
    var underWay = UploadsUnderWay.none

    var count: Int { kept.count + underWay.count }
    var bytes: Int { kept.bytes + underWay.bytes }

    /// Uploads besides one that takes so many bytes.
    func others(besides bytes: Int) -> UploadsUnderWay {
      UploadsUnderWay(count: underWay.count - 1, bytes: underWay.bytes - bytes)
    }
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
    state = Mutex(State(kept: (count, bytes)))
  }

  /// One more upload is on its way.
  func open() throws(JobError) {
    try state.withLock { state throws(JobError) in
      guard state.count < maximumDatasets else {
        throw .tooManyDatasets(limit: maximumDatasets, others: state.underWay)
      }
      guard state.bytes < maximumBytes else {
        throw .quotaExceeded(bytes: state.bytes, limit: maximumBytes, others: state.underWay)
      }
      state.underWay.count += 1
    }
  }

  /// So many bytes more are to be written.
  ///
  /// - Parameter taken: what this upload takes already.
  func add(_ bytes: Int, to taken: Int) throws(JobError) {
    try state.withLock { state throws(JobError) in
      let total = state.bytes + bytes
      guard total <= maximumBytes else {
        throw .quotaExceeded(bytes: total, limit: maximumBytes, others: state.others(besides: taken))
      }
      state.underWay.bytes += bytes
    }
  }

  /// An upload takes fewer bytes than before.
  func giveBack(_ bytes: Int) { state.withLock { $0.underWay.bytes -= bytes } }

  /// An upload has become a dataset, which takes as many bytes.
  func keep(_ bytes: Int) {
    state.withLock { state in
      state.underWay = state.others(besides: bytes)
      state.kept = (state.kept.count + 1, state.kept.bytes + bytes)
    }
  }

  /// An upload is gone, and nothing of it is kept.
  func discard(_ bytes: Int) { state.withLock { $0.underWay = $0.others(besides: bytes) } }

  /// A dataset is gone.
  func delete(_ bytes: Int) {
    state.withLock { $0.kept = ($0.kept.count - 1, $0.kept.bytes - bytes) }
  }
}
