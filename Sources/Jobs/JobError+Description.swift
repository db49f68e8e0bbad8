extension JobError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownJob(let id): "there is no job \"\(id)\""
    case .unknownDataset(let id): "there is no dataset \"\(id)\""
    case .datasetInUse(let id, let job):
      "the job \(job) needs the dataset \(id): cancel it first, or wait until it is over"
    case .impossible(let id, let state, let action): "the job \(id) is \(state): it cannot be \(action)"
    case .request(let member, let problem, let accepted):
      "\"\(member)\" \(problem)" + Self.text(accepted, before: "; accepted: ")
    case .unknownBase(let name, let known):
      "there is no model \"\(name)\" to start from" + Self.text(known, before: "; there are: ")
    case .nameInUse(let name, let reason): "the name \"\(name)\" is in use: \(reason)"
    case .tooManyJobs(let limit): "\(limit) jobs are not over yet, which is the limit: wait, or cancel one"
    case .tooManyDatasets(let limit, let others):
      "there are \(limit) datasets, which is the limit: delete one first" + Self.text(others)
    case .quotaExceeded(let bytes, let limit, let others):
      "\(bytes) bytes are more than the limit of \(limit)" + Self.text(others)
    case .unusableDataset(let id, let problem): "the dataset \(id) cannot be adapted to: \(problem)"
    case .upload(let problem, let accepted): problem + Self.text(accepted, before: "; accepted: ")
    case .noReport(let id, let state): "the job \(id) is \(state) and has no such report"
    case .storage(let reason): reason
    case .stopping: "the server is about to stop"
    }
  }

  private static func text(_ others: UploadsUnderWay) -> String {
    switch others.count {
    case 0: ""
    case 1: "; 1 other upload under way counts with \(others.bytes) bytes: wait until it is over, and try again"
    default:
      "; \(others.count) other uploads under way count with \(others.bytes) bytes: wait until they are over, and try again"
    }
  }

  private static func text(_ items: [String], before: String) -> String {
    items.isEmpty ? "" : before + items.joined(separator: ", ")
  }
}
