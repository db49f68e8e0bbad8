/// How many events may tell what a job's child alone decides about, so that no job fills the disk, however long it takes.
struct EventBudget: Equatable, Sendable {
  /// Messages of a job.
  static let logLimit = 1000
  /// Epochs of a job: all that a job may ask for, thinned.
  static let epochLimit = 2000
  /// So many are told one by one; behind them only those whose number is a multiple of `epochStep`.
  static let firstEpochs = 1000
  static let epochStep = 10

  /// Those that are written down.
  var logs = 0
  var epochs = 0

  /// What is written of a message; the last one says that the rest is left out.
  mutating func admitted(log message: String) -> String? {
    guard logs < Self.logLimit else { return nil }
    logs += 1
    return logs < Self.logLimit ? message : "further messages are left out: a job has at most \(Self.logLimit)"
  }

  mutating func admits(epoch number: Int?) -> Bool {
    let isStep = number.map { $0.isMultiple(of: Self.epochStep) } ?? false
    guard epochs < Self.firstEpochs || isStep && epochs < Self.epochLimit else { return false }
    epochs += 1
    return true
  }
}
