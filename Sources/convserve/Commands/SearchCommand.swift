import ArgumentParser
import Foundation
import HyperparameterSearch
import InferenceRuntime

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Tries many settings of training, and tells which are best: a search of hyperparameters.",
    discussion: """
      SPACE is YAML: "parameters", each with its values (choice, integer, uniform or log_uniform); "settings", which all trials \
      have in common, as in training.json; "sampler" (grid, random, sobol), "scheduler" (none, halving, asha), "trials". \
      docs/hyperparameters.md has examples.

      Each trial is a process, `convserve trial`. One folder holds all that comes of it: search.json, decisions.jsonl, a folder \
      for each trial, report.html and report.json, parallel.svg and marginals.svg. A search that was interrupted, however it \
      was, goes on by the same command with --resume. Trials are compared by the validation images alone; the test images are \
      read once, at the end, for the best. Exit status 75: interrupted, and can be gone on with.
      """)

  @Argument(help: "File of the search, YAML or JSON.", completion: .file(extensions: ["yaml", "yml", "json"]))
  var space: String

  @Option(name: .long, help: "The images and their classes, as `train --data`.", completion: .directory)
  var data: String

  @Option(name: .long, help: "Folder of the search. (default: searches/SPACE)", completion: .directory)
  var output: String?

  @Option(name: .long, parsing: .unconditional, help: "Trials. (default: that of the file)")
  var trials: Int?

  @Option(name: .long, parsing: .unconditional, help: "Trials that run at once; the threads are shared out among them.")
  var workers = 1

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Trains this trial alone, counted from 0, and decides nothing: where machines share the folder. The search finds it trained.",
      valueName: "number"))
  var onlyTrial: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Runs trials by this command, in words as a shell reads them, instead of convserve trial; it gets the same arguments.",
      valueName: "command"))
  var trialCommand: String?

  @OptionGroup var models: ModelsDirectory

  @Option(
    name: .long, parsing: .unconditional,
    help: "Threads of all workers together; they decide about time alone. (default: as many as processors)")
  var threads: Int?

  @Option(name: .long, help: "Kernels: amx, avx512, avx2 or portable. (default: the first that the processor has)")
  var cpu: ProcessorKernels?

  @Option(
    name: .long, help: "Adds the best trial's network to the repository by this name. (default: it stays a checkpoint)")
  var name: String?

  @Option(name: .long, help: "What a model's record calls the data. (default: the name of the folder or file)")
  var origin: String?

  @Flag(name: .long, help: "Goes on with the search in the folder; begins where there is none.")
  var resume = false

  @Flag(name: .long, help: "Prints JSON lines.")
  var json = false

  func validate() throws {
    if let complaint = cpu?.complaint { throw ValidationError("--cpu \(complaint)") }
    guard (1...256).contains(workers) else { throw ValidationError("--workers takes 1 to 256") }
    guard threads.map({ (1...256 * workers).contains($0) }) ?? true else {
      throw ValidationError("--threads takes 1 to 256 for each worker")
    }
    guard onlyTrial.map({ $0 >= 0 }) ?? true else { throw ValidationError("--only-trial takes a number from 0") }
    guard trialCommand.map({ !$0.allSatisfy(\.isWhitespace) }) ?? true else {
      throw ValidationError("--trial-command takes a command")
    }
    guard trials.map({ (1...100_000).contains($0) }) ?? true else {
      throw ValidationError("--trials takes 1 to 100000")
    }
  }

  func run() async throws {
    let signals = StopSignals()
    let job = try SearchJob(self)
    let watch = Task {
      await signals.wait()
      job.stop()
    }
    defer { watch.cancel() }
    do {
      try await job.run()
    } catch let error as SearchError {
      guard let status = Self.status(of: error) else { throw error }
      Terminal.note("Error: \(error)")
      throw ExitCode(status)
    }
  }

  /// Nothing where it is that of any error.
  private static func status(of error: SearchError) -> Int32? {
    switch error {
    case .stopped: EX_TEMPFAIL
    case .noSuchTrial, .trialOfScheduler: EX_USAGE
    // To try again would give the same.
    case .allTrialsFail: EX_DATAERR
    default: nil
    }
  }
}
