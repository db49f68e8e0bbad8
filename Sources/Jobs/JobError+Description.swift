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
    case .tooManyDatasets(let limit): "there are \(limit) datasets, which is the limit: delete one first"
    case .quotaExceeded(let bytes, let limit): "\(bytes) bytes are more than the limit of \(limit)"
    case .upload(let problem, let accepted): problem + Self.text(accepted, before: "; accepted: ")
    case .noReport(let id, let state): "the job \(id) is \(state) and has no such report"
    case .storage(let reason): reason
    case .stopping: "the server is about to stop"
    }
  }

  private static func text(_ items: [String], before: String) -> String {
    items.isEmpty ? "" : before + items.joined(separator: ", ")
  }
}
