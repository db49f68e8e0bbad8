import Adaptation
import ArgumentParser
import Foundation
import InferenceRuntime
import ModelServing
import Training

struct AdaptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapt",
    abstract: "Makes a classifier of your photos with the features of a pretrained network, and says how good it is.",
    discussion: """
      PHOTOS is a folder with a folder of images for each class, a zip or tar of such, or a CSV file of paths and labels.

      The photos are looked at (unreadable ones, copies, near-duplicates, doubtful labels), divided, and taken through the base \
      once; cross-validation chooses a new last layer; the new version is put into the directory of models, where a running \
      server with --poll-models finds it. The test images are opened once, after every choice. With --fine-tune, upper layers \
      are trained too, and published as a further version only if that helps.

      The report lies beside the version: report.html and report.json. A run that was interrupted goes on by the same command.

      With --json, a line for each event: {"type": "stage" | "epoch" | "log" | "published", ...}, and a last one: \
      {"type": "done", "model": {...}, "report": {...}}. Exit status 75: interrupted, and can be gone on with.
      """)

  @Argument(help: "The photos.", completion: .file())
  var photos: String

  @Option(name: .long, help: "The model whose features are used; with --compare it can be given several times.")
  var base: [String]

  @Option(name: .long, help: "Name of the model to be made. (default: that of PHOTOS)")
  var name: String?

  @Flag(name: .long, help: "Trains upper layers too, and publishes them if that helps.")
  var fineTune = false

  @Flag(
    name: .long,
    help: """
      Publishes nothing, but compares a new last layer, fine-tuning, and training from random weights, with 10, 25, 50 and \
      100 % of the photos.
      """)
  var compare = false

  @Option(
    name: .shortAndLong, help: "With --compare: an HTML file for the table and the plot.", completion: .file())
  var output: String?

  @Flag(
    name: .long, help: "Adds a version even to a model that neither adapting nor training made, or with other classes.")
  var newVersion = false

  @OptionGroup var directory: ModelsDirectory

  @Option(
    name: .long, parsing: .unconditional, help: "Decides on everything that is random. (default: 0)",
    transform: { text in
      guard let seed = UInt64(text) else { throw ValidationError("--seed takes a whole number from 0") }
      return seed
    })
  var seed: UInt64 = 0

  @Option(
    name: .long, parsing: .unconditional,
    help: "Threads; they decide about time alone. (default: as many as processors)")
  var threads: Int?

  @Option(name: .long, help: "Kernels: amx, avx512, avx2 or portable. (default: the first that the processor has)")
  var cpu: ProcessorKernels?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the run keeps what it need not compute twice. (default: MODELS/.adapting/NAME)", visibility: .hidden))
  var workDirectory: String?

  @Option(
    name: .customLong("run"), help: ArgumentHelp("What tells the run from others.", visibility: .hidden))
  var runName: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Where the photos come from, in words. (default: the name of PHOTOS)", visibility: .hidden))
  var origin: String?

  @Flag(name: .long, help: "Prints JSON lines.")
  var json = false

  func validate() throws {
    guard !base.isEmpty else { throw ValidationError("--base is missing: the model whose features are used") }
    guard compare || base.count == 1 else {
      throw ValidationError("--base can be given once, or several times with --compare")
    }
    guard compare || output == nil else { throw ValidationError("--output belongs to --compare") }
    // A comparison takes minutes; nobody wants to hear this after them.
    if let folder = output.map({ URL(fileURLWithPath: $0).deletingLastPathComponent().path }),
      !FileManager.default.isWritableFile(atPath: folder)
    {
      throw ValidationError("--output takes a file in a folder that can be written to, which \(folder) is not")
    }
    if let complaint = cpu?.complaint { throw ValidationError("--cpu \(complaint)") }
    guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads takes 1 to 256") }
  }

  func run() async throws {
    try OpenBLASCheck.verify()
    let signals = StopSignals()
    let flag = StopFlag()
    let watch = Task {
      await signals.wait()
      flag.raise()
    }
    defer { watch.cancel() }
    let job = try AdaptationJob(self)
    let page = output.map { URL(fileURLWithPath: $0) }
    do {
      try await onOwnThread("adapting") { try job.run(flag, comparing: compare, page: page) }
    } catch AdaptationError.stopped {
      Terminal.note("Error: \(AdaptationError.stopped)")
      throw ExitCode(EX_TEMPFAIL)
    }
  }
}
