public import Foundation

/// Who runs the parts of trials: processes of this machine, or whatever a test puts in their place.
public protocol TrialWorker: Sendable {
  /// Runs a part of a trial, or goes on with it.
  ///
  /// - Parameters:
  ///   - spec: the trial's file.
  ///   - report: is told what happens, on any thread.
  /// - Returns: how it ended; nothing where it was interrupted, and can be gone on with.
  func run(
    _ job: TrialJob, spec: URL, report: @escaping @Sendable (TrialEvent) -> Void
  ) async throws -> TrialResult?
}
