/// A search that cannot begin, or cannot go on.
public enum SearchError: Error, Hashable, Sendable {
  /// The folder holds a search, and nobody asked to go on with it.
  case unfinished(path: String)
  /// The search in the folder is another one.
  case different(path: String, differences: [String])
  /// Another process is at work in the folder.
  case inUse(path: String)
  case log(path: String, reason: String)
  case damagedLog(path: String, line: Int, reason: String)
  /// Every trial would fail, and why the first would.
  case allTrialsFail(count: Int, reason: String)
  /// One trial was asked for, and there is no such number.
  case noSuchTrial(number: Int, count: Int)
  /// One trial was asked for, but the scheduler decides how far each is trained.
  case trialOfScheduler(name: String)
  /// The trial that was asked for has failed.
  case trialFailed(number: Int, reason: String)
  /// Every trial diverged or failed.
  case noResult(report: String)
  /// Somebody asked to stop.
  case stopped(folder: String, epochs: Int, of: Int)
}

extension SearchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unfinished(let path):
      "\(path) holds a search; go on with it by --resume, or give another folder with --output"
    case .different(let path, let differences):
      "the search in \(path) is another one:\n" + differences.map { "  \($0)" }.joined(separator: "\n")
        + "\nresume with what it was begun with, or give another folder with --output"
    case .inUse(let path): "another process is at work in \(path)"
    case .log(let path, let reason): "\(path): \(reason)"
    case .damagedLog(let path, let line, let reason):
      "\(path) is damaged in line \(line): \(reason); give another folder with --output to begin anew"
    case .allTrialsFail(let count, let reason):
      count == 1 ? "the trial cannot run: \(reason)" : "none of the \(count) trials can run; the first one: \(reason)"
    case .noSuchTrial(let number, let count): "there is no trial \(number); accepted: 0 to \(count - 1)"
    case .trialOfScheduler(let name):
      "how far a trial is trained is decided by the scheduler \(name); one trial alone takes scheduler: none"
    case .trialFailed(let number, let reason): "trial \(number): \(reason)"
    case .noResult(let report): "no trial has a result: all diverged or failed; \(report) says why"
    case .stopped(let folder, let epochs, let total):
      "stopped; about \(epochs) of \(total) epochs are kept in \(folder), and the same command with --resume goes on from there"
    }
  }
}
