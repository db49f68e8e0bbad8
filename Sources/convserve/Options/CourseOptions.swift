import ArgumentParser
import Training

/// How long a network is trained, how the rate goes meanwhile, and which weights are kept.
struct CourseOptions: ParsableArguments {
  @Option(name: .long, parsing: .unconditional, help: "Times that all images are learned from.")
  var epochs = TrainingDefaults.epochs

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How the rate goes over the run: \(Schedule.accepted). Shares are of the run.", valueName: "schedule"))
  var schedule = TrainingDefaults.schedule.description

  @Option(name: .long, parsing: .unconditional, help: "Epochs in which the rate rises before that, for example 0.5.")
  var warmUp = 0.0

  @Option(name: .long, help: "Which weights are kept: \(WeightAveraging.accepted).")
  var average = "none"

  @Option(
    name: .long, parsing: .unconditional,
    help: "Ends after so many epochs without a lower validation loss, and keeps the best. (default: goes to the end)")
  var earlyStopping: Int?

  func validate() throws {
    guard (1...10_000).contains(epochs) else { throw ValidationError("--epochs takes 1 to 10000") }
    guard warmUp >= 0 && warmUp < Double(epochs) else {
      throw ValidationError("--warm-up takes a number of epochs from 0 to below --epochs")
    }
    guard earlyStopping.map({ (1...10_000).contains($0) }) ?? true else {
      throw ValidationError("--early-stopping takes 1 to 10000")
    }
    _ = try course()
  }

  func course() throws -> TrainingCourse {
    TrainingCourse(
      epochs: epochs, schedule: try OptionText.parsed("--schedule", schedule, accepted: Schedule.accepted),
      warmUp: warmUp, average: try OptionText.parsed("--average", average, accepted: WeightAveraging.accepted),
      earlyStopping: earlyStopping)
  }
}

/// The same as values.
struct TrainingCourse {
  var epochs: Int
  var schedule: Schedule
  var warmUp = 0.0
  var average = WeightAveraging.none
  var earlyStopping: Int?
}
