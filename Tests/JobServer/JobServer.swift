import Foundation
import Jobs

/// A server of jobs and nothing else, which tests kill; and its child, which must end with it.
///
///     JobServer serve DIRECTORY PROGRAM [ARGUMENT ...]
///     JobServer full DIRECTORY PROGRAM [ARGUMENT ...]
///     JobServer child ...
///
/// `serve` does the jobs of a directory until it is killed. `full` puts a dataset and two jobs into a directory, and prints what
/// becomes of each. `child` works until its server ends.
@main
struct JobServer {
  static func main() async throws {
    let arguments = CommandLine.arguments
    switch arguments[1] {
    case "serve":
      let service = try service(arguments)
      try await service.start()
      print("ready")
      fflush(nil)
      try await Task.sleep(for: .seconds(600))
    case "full": try await fill(try service(arguments))
    default: try await child()
    }
  }

  private static func service(_ arguments: [String]) throws -> JobService {
    var configuration = JobServiceConfiguration(directory: arguments[2], models: arguments[2] + "/models")
    configuration.program = arguments[3]
    configuration.programArguments = Array(arguments[4...])
    let hooks = JobHooks(
      bases: { ["a-base"] }, load: { _ in }, note: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) })
    return try JobService(configuration, hooks: hooks)
  }

  private static func fill(_ service: JobService) async throws {
    let upload = try await service.beginUpload()
    try await upload.beginFile("a/1.jpg")
    try await upload.appendFile([1])
    let dataset = try await upload.finish()
    try await service.start()
    for name in ["first", "second"] {
      var request = JobRequest(kind: .adapt, dataset: dataset.id, name: name)
      request.base = "a-base"
      let id = try await service.create(request).id
      for await _ in try await service.eventStream(of: id, after: 0) {}
      let job = try await service.job(id)
      print(job.state.rawValue, job.problem ?? "-")
    }
    await service.stop()
  }

  private static func child() async throws {
    ParentWatch.start()
    try String(getpid()).write(toFile: "child", atomically: true, encoding: .utf8)
    print(#"{"type":"stage","stage":"features","progress":0.5}"#)
    fflush(nil)
    try await Task.sleep(for: .seconds(600))
  }
}
