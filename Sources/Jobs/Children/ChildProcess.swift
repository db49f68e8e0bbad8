import CProcesses
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// A child of the server: starts it, reads it, and can end it.
///
/// It is started in two steps. First a shell (`/bin/sh`) that waits for a line on its standard input; the server makes it idle,
/// limits its memory and writes its identity down. Then it is told to go, and becomes the program (`exec`), which inherits all
/// of that. So no child ever works that the database does not know, or at a higher priority; where the server dies in between,
/// the shell finds its input closed and ends.
package final class ChildProcess: Sendable {
  /// How it ended.
  package struct Outcome: Sendable {
    package enum Status: Equatable, Sendable {
      case exited(Int32)
      case signaled(Int32)
    }

    package var status: Status
    /// The end of its standard error.
    package var words: LastWords
    /// It wrote a line that is longer than any may be, and was killed.
    package var wroteTooLongLine: Bool
  }

  private enum Phase {
    case waiting
    case running(pid_t)
    case over
  }

  private struct State {
    var phase = Phase.waiting
    var isStopping = false
  }

  static let lineLimit = 16 << 20

  private static let gate = #"read -r go && exec "$@""#
  /// A child that ended before it was told to go is an error of the write, not the end of this program.
  private static let ignoresBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

  private let state = Mutex(State())

  package init() {}

  /// Starts the child, and returns when it has ended and all that it wrote has been read.
  ///
  /// - Parameters:
  ///   - started: whether the child is to go, once it is there.
  ///   - line: a line of its standard output. While that runs, nothing more is read.
  /// - Throws: what these throw, with the child killed; `SubprocessError` where it could not be started.
  package func run(
    _ command: ChildCommand, environment: [String: String],
    started: @escaping @Sendable (ProcessIdentity) async throws -> Bool,
    line: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> Outcome {
    defer { state.withLock { $0.phase = .over } }
    Self.ignoresBrokenPipes
    var options = PlatformOptions()
    options.processGroupID = 0
    let result = try await Subprocess.run(
      .path("/bin/sh"),
      arguments: Arguments(["-c", Self.gate, "convserve-child", command.program] + command.arguments),
      environment: .custom(
        Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
      workingDirectory: FilePath(command.directory), platformOptions: options, input: .inputWriter, output: .sequence,
      error: .sequence
    ) { execution in
      let id = execution.processIdentifier.value
      // Before the process is waited for, so that its number is nobody else's yet: what is left of its group goes with it.
      defer { end(id) }
      try begin(id, command)
      guard let identity = ProcessIdentity(of: id), try await started(identity) else {
        return (LastWords(), false)
      }
      _ = try? await execution.standardInputWriter.write("go\n")
      let words = try await read(execution, line)
      await Self.settle(identity)
      return words
    }
    return Outcome(
      status: Self.status(result.terminationStatus), words: result.closureResult.0,
      wroteTooLongLine: result.closureResult.1)
  }

  private static func status(_ status: TerminationStatus) -> Outcome.Status {
    switch status {
    case .exited(let code): .exited(code)
    case .signaled(let signal): .signaled(signal)
    }
  }

  private func begin(_ id: pid_t, _ command: ChildCommand) throws {
    if command.isIdle {
      guard convserve_make_idle(id) == 0 else { throw JobError.system("make a child idle") }
      Self.preferForKilling(id)
    }
    if let bytes = command.memoryBytes, convserve_limit_memory(id, UInt(bytes)) != 0 {
      throw JobError.system("limit a child's memory")
    }
    let isStopping = state.withLock { state in
      state.phase = .running(id)
      return state.isStopping
    }
    if isStopping { Glibc.kill(id, SIGTERM) }
  }

  /// Where memory runs out, the kernel takes the child, not the server.
  private static func preferForKilling(_ id: pid_t) {
    let file = open("/proc/\(id)/oom_score_adj", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, "1000", 4)
    close(file)
  }

  /// A child that has closed its output is about to end; one that does not is killed.
  private static func settle(_ identity: ProcessIdentity) async {
    for _ in 0..<1000 {
      guard identity.isAlive else { return }
      try? await Task.sleep(for: .milliseconds(5), clock: .continuous)
    }
  }

  private func end(_ id: pid_t) {
    state.withLock { $0.phase = .over }
    Glibc.kill(-id, SIGKILL)
  }

  private func read(
    _ execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>,
    _ line: @Sendable ([UInt8]) async throws -> Void
  ) async throws -> (LastWords, Bool) {
    async let words = Self.lastWords(execution.standardError)
    var splitter = LineSplitter(limit: Self.lineLimit)
    do {
      for try await piece in execution.standardOutput {
        for text in try piece.withUnsafeBytes({ try splitter.append($0) }) { try await line(text) }
      }
    } catch is LineSplitter.TooLong {
      kill()
      return (try await words, true)
    } catch {
      kill()
      throw error
    }
    if let text = splitter.finish() { try await line(text) }
    return (try await words, false)
  }

  private static func lastWords(_ errors: SubprocessOutputSequence) async throws -> LastWords {
    var words = LastWords()
    for try await piece in errors { piece.withUnsafeBytes { words.append($0) } }
    return words
  }

  // MARK: Ending

  /// Asks the child to keep a checkpoint and end, also one that has not started yet. One that is still there after the time is
  /// killed: the checkpoint that it has counts.
  package func stop(within grace: Duration) {
    let isFirst = state.withLock { state in
      if case .running(let id) = state.phase { Glibc.kill(id, SIGTERM) }
      defer { state.isStopping = true }
      return !state.isStopping
    }
    guard isFirst else { return }
    Task {
      try await Task.sleep(for: grace, clock: .continuous)
      kill()
    }
  }

  package func kill() {
    state.withLock { state in
      state.isStopping = true
      if case .running(let id) = state.phase { Glibc.kill(-id, SIGKILL) }
    }
  }

  package var isStopping: Bool { state.withLock { $0.isStopping } }
}
