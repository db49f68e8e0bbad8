public import Foundation
import Glibc
import Jobs
import Synchronization

/// Runs each part of a trial as a process, of this very program unless another command is given, which ends when this one does.
public final class ChildTrialWorker: TrialWorker {
  /// Of `convserve trial`, behind the file: threads, kernels, models.
  private let options: [String]
  /// That stands for `convserve trial`, words as a shell reads them.
  private let command: String?
  private let state = Mutex(State())

  private struct State {
    var children: [TrialJob: ChildProcess] = [:]
    var isStopping = false
  }

  /// A child that somebody killed is started again so many times.
  private static let attempts = 3
  /// Time that a child has for its last step.
  private static let grace: Duration = .seconds(60)

  public init(options: [String], command: String? = nil) { (self.options, self.command) = (options, command) }

  /// Has all children keep what they have and end.
  public func stop() {
    let children = state.withLock { state in
      state.isStopping = true
      return state.children.values.map(\.self)
    }
    for child in children { child.stop(within: Self.grace) }
  }

  public func run(
    _ job: TrialJob, spec: URL, report: @escaping @Sendable (TrialEvent) -> Void
  ) async throws -> TrialResult? {
    var message = ""
    for _ in 0..<Self.attempts {
      let child = ChildProcess()
      let isStopping = state.withLock { state in
        state.children[job] = child
        return state.isStopping
      }
      defer { state.withLock { state in state.children[job] = nil } }
      guard !isStopping else { return nil }
      let last = Mutex<TrialResult?>(nil)
      let outcome = try await child.run(
        childCommand(job, spec), environment: ChildCommand.environment(from: ProcessInfo.processInfo.environment),
        started: { _ in true },
        line: { line in
          guard let event = TrialEvent(line: line) else { return }
          if let result = event.result { last.withLock { $0 = result } }
          report(event)
        })
      if let result = last.withLock({ $0 }) { return result }
      if child.isStopping || state.withLock({ $0.isStopping }) { return nil }
      message = Self.message(outcome)
      // One that failed by itself would fail so again; one that was asked to stop would not.
      if case .exited(let code) = outcome.status, code != EX_TEMPFAIL { break }
    }
    return TrialResult(.failed, epochs: 0, message: message)
  }

  private func childCommand(_ job: TrialJob, _ spec: URL) -> ChildCommand {
    let arguments = [spec.path, "--stop-after", String(job.epochs)] + options
    let directory = FileManager.default.currentDirectoryPath
    guard let command else { return ChildCommand(ofThisProgram: ["trial"] + arguments, in: directory) }
    return ChildCommand(shell: "exec \(command) \"$@\"", arguments, in: directory)
  }

  private static func message(_ outcome: ChildProcess.Outcome) -> String {
    if let problem = outcome.words.problem { return problem }
    return switch outcome.status {
    case .exited(let code): "the process ended with status \(code)"
    case .signaled(let signal): "the process was ended by signal \(signal)"
    }
  }
}
