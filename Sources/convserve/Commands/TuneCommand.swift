import ArgumentParser
import Diagnosis
import Foundation
import InferenceRuntime
import ModelServing
import Training

struct TuneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Goes through seven steps to a network's hyperparameters, with evidence and a verdict for each.",
    discussion: """
      DATA is \(DataSetError.acceptedKinds).

      The steps: the first loss beside log C; a small sample by heart; a rate at which the loss falls within 100 steps; a coarse \
      grid of rates and weight decays; the best refined; the curves read; what follows. A rate, a weight decay, first weights and \
      preprocessing that are given are judged, and what is wrong with them is named together with what to take instead. \
      Every choice is made on images held out; the test images are not read.

      The budget is shared out by the images a second that are measured first: it decides about the share of the data, the \
      candidates and the epochs, and the report says so.

      With --json, a line for the plan: {"plan": {"share": ...}}, and another one where the machine becomes slower; a line for each step: {"step": 1, "verdict": "sound", "advice", \
      "fault" or "skipped", "faults": [...], "summary": ..., "advice": [...], "evidence": {...}}; and a last one: {"done": true, \
      "faults": [...], "command": ...}. Faults are results: the exit status is 0. Exit status 75: interrupted; the report holds \
      the steps before.
      """)

  @OptionGroup var options: TrainOptions

  @Option(name: .long, help: "The images and their classes.", completion: .directory)
  var data: String

  @Option(name: .long, help: "File of labels, one a line: NAME or ID<tab>NAME.", completion: .file())
  var labels: String?

  @Option(name: .long, parsing: .unconditional, help: "Minutes that all steps take together, about.")
  var budget = 15.0

  @Option(
    name: [.short, .long], help: "Folder for report.html and report.json. (default: tune-DATA-ARCHITECTURE)",
    completion: .directory)
  var output: String?

  @Option(name: .long, parsing: .unconditional, help: "Threads. (default: as many as processors)")
  var threads: Int?

  @Option(name: .long, help: "Kernels: amx, avx512, avx2 or portable. (default: the first that the processor has)")
  var cpu: ProcessorKernels?

  @Flag(name: .long, help: "Prints JSON lines.")
  var json = false

  func validate() throws {
    if let complaint = cpu?.complaint { throw ValidationError("--cpu \(complaint)") }
    guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads takes 1 to 256") }
    guard budget > 0, budget <= 10_000 else {
      throw ValidationError("--budget takes a number of minutes above 0, at most 10000")
    }
    guard try options.parsedValidation() != .count(0) else {
      throw ValidationError("--validation: \(TuningError.noValidation)")
    }
  }

  func run() async throws {
    let signals = StopSignals()
    let flag = StopFlag()
    let watch = Task {
      await signals.wait()
      flag.raise()
    }
    defer { watch.cancel() }
    let job = try TuningJob(self)
    do {
      try await onOwnThread("tuning") { try job.run(flag) }
    } catch let error as TuningError {
      guard case .stopped = error else { throw error }
      Terminal.note("Error: \(error)")
      throw ExitCode(EX_TEMPFAIL)
    }
  }
}
