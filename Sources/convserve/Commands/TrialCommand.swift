import ArgumentParser
import Foundation
import HyperparameterSearch
import InferenceRuntime
import Jobs
import ModelServing
import Training

struct TrialCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trial",
    abstract: "Trains with the settings of a file, and tells what they are worth: one trial of a search.",
    discussion: """
      SPEC is JSON: "data", as `train --data`, relative to the working folder; "settings", as in training.json, of which those \
      that are left out are train's defaults; and where they are wanted "dropout", "base" and "frozen_layers", \
      "training_images", "directory" (of checkpoint and curve.json, made where it is missing), "stop_after_epochs".

      Standard output is JSON lines: {"event": "started"}, {"event": "epoch"} for each epoch, and then one of "paused", "done", \
      "diverged" and "failed". A trial that diverged has a result, so its exit status is 0. The same command goes on from the \
      checkpoint in the directory. The test images are never looked at. Exit status 75: interrupted, and can be gone on with; \
      65: the file cannot be used.
      """)

  @Argument(help: "File of the trial, JSON; - for standard input.", completion: .file())
  var spec: String

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Takes another value, for example learning_rate=0.03 or optimizer.weight_decay=1e-4; as often as you like.",
      valueName: "name=value"))
  var set: [String] = []

  @Option(name: .long, help: "Format of the lines: json, or katib for Katib's collector of metrics.")
  var metricsFormat: MetricsFormat = .json

  @Option(name: .long, parsing: .unconditional, help: "Pauses after so many epochs in all.")
  var stopAfter: Int?

  @Option(name: .long, help: "Folder of checkpoint and curve. (default: that of the file)", completion: .directory)
  var directory: String?

  @OptionGroup var models: ModelsDirectory

  @Option(
    name: .long, parsing: .unconditional,
    help: "Threads; they decide about time alone. (default: as many as processors)")
  var threads: Int?

  @Option(name: .long, help: "Kernels: amx, avx512, avx2 or portable. (default: the first that the processor has)")
  var cpu: ProcessorKernels?

  @Flag(name: .long, help: "Ends at once when the thread that started it does.")
  var withParent = false

  func validate() throws {
    if let complaint = cpu?.complaint { throw ValidationError("--cpu \(complaint)") }
    guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads takes 1 to 256") }
    guard stopAfter.map({ (1...10_000).contains($0) }) ?? true else {
      throw ValidationError("--stop-after takes 1 to 10000")
    }
  }

  func run() async throws {
    if withParent { ParentWatch.endWithParent() }
    let signals = StopSignals()
    let flag = StopFlag()
    let watch = Task {
      await signals.wait()
      flag.raise()
    }
    defer { watch.cancel() }
    let output = TrialOutput(metricsFormat)
    do {
      let trial = try read()
      try await onOwnThread("trial") { try run(trial, flag, output) }
    } catch let error as UnwritableOutput {
      throw error
    } catch TrainerError.stopped(let epochs, let total, _) {
      Terminal.note("Error: stopped; \(epochs) of \(total) epochs are kept, and the same command goes on from there")
      throw ExitCode(EX_TEMPFAIL)
    } catch {
      try output.show(.failed(message: "\(error)"))
      Terminal.note("Error: \(error)")
      throw ExitCode(error is UnacceptableSetting ? EX_DATAERR : EXIT_FAILURE)
    }
  }

  /// - Throws: `UnreadableFile`, `UnacceptableSetting`.
  private func read() throws -> TrialSpec {
    let file = URL(fileURLWithPath: spec == "-" ? "/dev/stdin" : spec)
    let data = try Data(readingFrom: file)
    guard let json = try? JSONValue(parsing: Array(data)) else {
      throw UnacceptableSetting(spec, "is not JSON", accepted: "an object with \"data\" and \"settings\"")
    }
    var trial = try TrialSpec(json: json)
    for assignment in set { try trial.set(assignment) }
    trial.directory = directory ?? trial.directory
    trial.stopAfterEpochs = stopAfter ?? trial.stopAfterEpochs
    return trial
  }

  private func run(_ trial: TrialSpec, _ flag: StopFlag, _ output: TrialOutput) throws {
    let source = try DataSource.open(URL(fileURLWithPath: trial.data))
    let plan = try TrialPlan(trial, source: source, repository: models.repository)
    let pool = WorkerPool(threadCount: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    let run = TrialRun(plan, build: try ProgramIdentity.text, kernels: cpu ?? .best, pool: pool)
    try run.run(
      isStopping: { flag.isRaised }, report: output.show,
      unreadable: { Terminal.note("cannot be read, and is left out: \($0)") })
  }
}

/// How a trial's lines are written.
enum MetricsFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case json, katib
}

/// Writes what a trial tells on standard output.
struct TrialOutput: Sendable {
  let format: MetricsFormat

  init(_ format: MetricsFormat) { self.format = format }

  /// - Throws: `UnwritableOutput`.
  func show(_ event: TrialEvent) throws {
    switch format {
    case .json: try Terminal.write(event.json.text + "\n")
    case .katib: for line in event.katibLines(at: Date()) { try Terminal.write(line + "\n") }
    }
  }
}
