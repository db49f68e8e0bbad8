import ArgumentParser
import Foundation

struct JobsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "Uploads photos to a server, and has it make models of them.",
    discussion: """
      The server has to have been started with --jobs-directory. Where it asks for API keys, the key, of the scope train, is \
      taken from the environment variable CONVSERVE_API_KEY.
      """,
    subcommands: [
      ListJobs.self, ShowJob.self, WatchJob.self, CreateJob.self, UploadDataset.self, PauseJob.self, ResumeJob.self,
      CancelJob.self, DeleteJob.self, JobReport.self,
    ],
    defaultSubcommand: ListJobs.self)

  @OptionGroup var connection: ServerConnection
}

/// `--server URL`, before or behind the subcommand, and `--json`.
struct ServerConnection: ParsableArguments {
  /// Never an option: every user of a machine can read command lines.
  static let keyVariable = "CONVSERVE_API_KEY"

  @Option(name: .long, help: "The server, such as https://photos.example.org.")
  var server = ServerURL(argument: "http://127.0.0.1:8080")!

  @Flag(name: .long, help: "Prints what the server answers.")
  var json = false

  var client: ServerClient {
    // A server that leaves while it is written to is an error like any other.
    signal(SIGPIPE, SIG_IGN)
    let key = ProcessInfo.processInfo.environment[Self.keyVariable]
    return ServerClient(server: server, key: key?.isEmpty == false ? key : nil)
  }

  /// Prints an answer as it came, indented, or in words.
  func print(_ answer: [UInt8], _ words: (Data) throws -> String) throws {
    try Terminal.write(json ? answer : Array((words(Data(answer)) + "\n").utf8))
  }
}

/// A job's id, or a dataset's, which becomes part of a path.
struct RemoteID: ExpressibleByArgument {
  let text: String

  init?(argument: String) {
    let isPlain = argument.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#%".utf8.contains($0) }
    guard !argument.isEmpty, isPlain, ![".", ".."].contains(argument) else { return nil }
    text = argument
  }
}
