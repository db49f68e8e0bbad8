import Architectures
import ArgumentParser
import Foundation
import InferenceRuntime
import ModelServing
import Synchronization
import Training

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a network on labelled images, and adds it to the repository.",
    discussion: """
      DATA is \(DataSetError.acceptedKinds).

      After each epoch a checkpoint is written to MODELS/.training/NAME. A run that was interrupted, however it was, goes on \
      from there by the same command with --resume, and ends with the same weights as one that never was. Test images, where \
      the data have some, are looked at once, at the end.

      With --json, a line for each epoch: epoch, train_loss, train_accuracy, validation_loss, validation_accuracy, \
      learning_rate, images_per_second; and a last one: {"done": true, "model": {...}, "test_accuracy": ...}. Exit status 75: \
      interrupted, and can be gone on with.
      """)

  @OptionGroup var options: TrainOptions

  @OptionGroup var course: CourseOptions

  @Option(name: .long, help: "The images and their classes.", completion: .directory)
  var data: String

  @Option(name: .long, help: "File of labels, one a line: NAME or ID<tab>NAME.", completion: .file())
  var labels: String?

  @Option(name: .long, help: "Name of the model. (default: that of the data and the architecture)")
  var name: String?

  @OptionGroup var directory: ModelsDirectory

  @Option(name: .long, help: "Where the weights come from, in words. (default: the data, with their fingerprint)")
  var source: String?

  @Option(name: .long, help: "Licence of the weights, for example CC0-1.0.")
  var licence: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Where the images come from, in words. (default: the name of DATA)", visibility: .hidden))
  var origin: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: "Threads; they decide about time alone. (default: as many as processors)")
  var threads: Int?

  @Option(name: .long, help: "Kernels: amx, avx512, avx2 or portable. (default: the first that the processor has)")
  var cpu: ProcessorKernels?

  @Flag(name: .long, help: "Goes on from the checkpoint of a run that was interrupted; begins where there is none.")
  var resume = false

  @Flag(name: .long, help: "Prints JSON lines.")
  var json = false

  func validate() throws {
    guard try course.earlyStopping == nil || options.parsedValidation() != .count(0) else {
      throw ValidationError("--early-stopping needs validation images: --validation")
    }
    if let complaint = cpu?.complaint { throw ValidationError("--cpu \(complaint)") }
    guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads takes 1 to 256") }
  }

  func run() async throws {
    let signals = StopSignals()
    let flag = StopFlag()
    let watch = Task {
      await signals.wait()
      flag.raise()
    }
    defer { watch.cancel() }
    let job = try TrainingJob(self)
    do {
      try await onOwnThread("training") { try job.run(flag) }
    } catch let error as TrainerError {
      guard case .stopped = error else { throw error }
      Terminal.note("Error: \(error)")
      throw ExitCode(EX_TEMPFAIL)
    }
  }
}

/// Whether somebody has asked the program to stop.
final class StopFlag: Sendable {
  private let isRaisedNow = Atomic(false)

  var isRaised: Bool { isRaisedNow.load(ordering: .relaxed) }

  func raise() { isRaisedNow.store(true, ordering: .relaxed) }
}
