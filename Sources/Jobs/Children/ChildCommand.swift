import Foundation

/// How a child is started: what of the program, where, and with how much.
package struct ChildCommand: Equatable, Sendable {
  var program: String
  var arguments: [String]
  var directory: String
  /// That it may have for itself; nothing: as much as there is.
  var memoryBytes: Int?
  /// Whether it is to run only when nobody else wants the processor, and is the first to go where memory runs out.
  var isIdle = true

  /// This program once more, at the same priority and without a limit of memory: a part of what somebody waits for.
  ///
  /// - Parameter directory: where it works.
  package init(ofThisProgram arguments: [String], in directory: String) {
    program = Self.path(of: "/proc/self/exe")
    (self.arguments, self.directory) = (arguments, directory)
    (memoryBytes, isIdle) = (nil, false)
  }

  /// A line for the shell, in which `$@` are the arguments; else as this program once more.
  package init(shell line: String, _ arguments: [String], in directory: String) {
    program = "/bin/sh"
    (self.arguments, self.directory) = (["-c", line, "sh"] + arguments, directory)
    (memoryBytes, isIdle) = (nil, false)
  }

  /// Tells the program that its standard input is its server's life line (`ParentWatch`).
  static let parentVariable = "CONVSERVE_PARENT"

  /// What of the server's environment a child gets: where to find things and how to speak, no secrets.
  package static func environment(from server: [String: String]) -> [String: String] {
    let passed = ["PATH", "HOME", "TMPDIR", "TZ", "LANG", "LD_LIBRARY_PATH", "XDG_CACHE_HOME"]
    var environment = server.filter { passed.contains($0.key) || $0.key.hasPrefix("LC_") }
    environment[parentVariable] = String(getpid())
    return environment
  }

  /// Looks at the photos of a dataset.
  static func audit(_ folder: String, _ configuration: JobServiceConfiguration, in directory: String) -> ChildCommand {
    ChildCommand(
      ["audit", folder, "--json", "--threads", String(configuration.childThreads)], configuration, in: directory)
  }

  /// Does a job, or goes on with it.
  static func work(
    on request: JobRequest, run id: String, _ configuration: JobServiceConfiguration, _ folders: JobFolders
  ) -> ChildCommand {
    let folder = folders.job(id)
    let data = folders.dataset(request.dataset)
    let arguments =
      switch request.kind {
      case .adapt: adapt(request, data, run: id, in: folder, configuration) + origin(request)
      case .train: train(request, data, configuration) + origin(request)
      case .search: search(request, data, in: folder, configuration) + origin(request)
      }
    return ChildCommand(arguments, configuration, in: folder)
  }

  private init(_ arguments: [String], _ configuration: JobServiceConfiguration, in directory: String) {
    program = Self.path(of: configuration.program)
    self.arguments = configuration.programArguments + arguments
    self.directory = directory
    memoryBytes = configuration.childMemoryBytes
  }

  /// `/proc/self` is someone else to the shell that starts the child; by the server's number it is this very program, also
  /// after another was installed in its place.
  private static func path(of program: String) -> String {
    program == "/proc/self/exe" ? "/proc/\(getpid())/exe" : program
  }

  private static func adapt(
    _ request: JobRequest, _ data: String, run id: String, in folder: String, _ configuration: JobServiceConfiguration
  ) -> [String] {
    ["adapt", data, "--base", request.base ?? "", "--name", request.name ?? ""]
      + option("--seed", request.seed.map { String($0) })
      + (request.fineTune == true ? ["--fine-tune"] : [])
      + (request.newVersion == true ? ["--new-version"] : [])
      + ["--models", configuration.models, "--json", "--work-directory", folder, "--run", id]
      + ["--threads", String(configuration.childThreads)]
  }

  private static func train(
    _ request: JobRequest, _ data: String, _ configuration: JobServiceConfiguration
  ) -> [String] {
    ["train", "--data", data, "--architecture", request.architecture ?? "", "--name", request.name ?? ""]
      + option("--input", request.input.map { $0.map(String.init).joined(separator: "x") })
      + option("--epochs", request.epochs.map { String($0) })
      + option("--batch-size", request.batchSize.map { String($0) })
      + option("--learning-rate", request.learningRate.map { String($0) })
      + option("--seed", request.seed.map { String($0) })
      + ["--models", configuration.models, "--json", "--resume", "--threads", String(configuration.childThreads)]
  }

  /// Where a search's child finds what it is to try.
  static func space(in folder: String) -> String { folder + "/space.json" }

  private static func search(
    _ request: JobRequest, _ data: String, in folder: String, _ configuration: JobServiceConfiguration
  ) -> [String] {
    ["search", space(in: folder), "--data", data, "--output", folder]
      + option("--name", request.name)
      + ["--models", configuration.models, "--json", "--resume", "--threads", String(configuration.childThreads)]
  }

  /// What reports and records call the data: their path is nobody's business.
  private static func origin(_ request: JobRequest) -> [String] { ["--origin", "dataset \(request.dataset)"] }

  private static func option(_ name: String, _ value: String?) -> [String] { value.map { [name, $0] } ?? [] }
}
