import Foundation
import TestSupport

/// A program that runs beside the tests, its output in files. Nothing here blocks a thread of the tasks, and the
/// program ends with this object at the latest.
final class RunningProgram: Sendable {
  private let process = Process()
  private let input = Pipe()
  private let folder: TemporaryFolder
  private let exits: AsyncStream<Int32>

  /// - Parameter environment: all that the program sees of one, `PATH` apart.
  init(_ executable: URL, _ arguments: [String], environment: [String: String] = [:], in directory: URL) throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    let (exits, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.exits = exits
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(environment) { $1 }
    process.currentDirectoryURL = directory
    process.standardInput = input
    process.standardOutput = try Self.file(folder, "output")
    process.standardError = try Self.file(folder, "errors")
    process.terminationHandler = { process in
      // As shells say it: 128 and the signal's number where a signal ended the program.
      continuation.yield(process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0))
      continuation.finish()
    }
    try process.run()
  }

  deinit {
    if process.isRunning { send(SIGKILL) }
  }

  private static func file(_ folder: TemporaryFolder, _ name: String) throws -> FileHandle {
    try folder.write("", to: name)
    return try FileHandle(forWritingTo: folder.url.appendingPathComponent(name))
  }

  /// What the program has written so far.
  var output: String { text("output") }
  var errors: String { text("errors") }

  private func text(_ name: String) -> String {
    (try? String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8)) ?? ""
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  func write(_ bytes: Data) throws { try input.fileHandleForWriting.write(contentsOf: bytes) }

  func endInput() throws { try input.fileHandleForWriting.close() }

  /// Waits for the program's end; its exit status.
  func exitStatus() async throws -> Int32 {
    for await status in exits { return status }
    throw CancellationError()
  }
}
