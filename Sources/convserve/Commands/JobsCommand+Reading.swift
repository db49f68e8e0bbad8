import ArgumentParser
import Foundation
import NetworkAnalysis
import ServerAPI

struct ListJobs: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Every job, the newest first.")

  @OptionGroup var connection: ServerConnection

  func run() throws {
    let answer = try connection.client.ask(ClientRequest(path: "/v1/jobs"))
    if connection.json { return try Terminal.write(answer) }
    let jobs = try JSONDecoder().decode(RemoteJobs.self, from: Data(answer)).jobs
    try Terminal.write(JobTable(jobs: jobs).text(width: Terminal.width))
  }
}

/// The table that `jobs list` prints.
private struct JobTable: Report {
  let jobs: [RemoteJob]

  var sections: [ReportSection] {
    let columns: [Table.Column] = [
      .init("job", "id", .left), .init("kind", "kind", .left), .init("model", "model", .left),
      .init("from", "from", .left), .init("state", "state", .left), .init("done", "progress", .right),
      .init("since", "created", .left, dispensability: 1),
    ]
    let rows = jobs.map { job in
      [
        job.id, job.kind, job.model.map { "\($0.name)/\($0.version)" } ?? job.request.name ?? "", job.origin,
        job.standing.phase, job.standing.percent, job.created,
      ].map { Table.Cell($0) }
    }
    return [ReportSection(heading: "Jobs", table: Table(columns: columns, rows: rows))]
  }
}

struct ShowJob: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Where a job is on its way.")

  @OptionGroup var connection: ServerConnection
  @Argument(help: "The job's id.") var id: RemoteID

  func run() throws {
    let answer = try connection.client.ask(ClientRequest(path: "/v1/jobs/\(id.text)"))
    try connection.print(answer) { try RemoteJob(json: $0).words }
  }
}

struct WatchJob: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Follows a job to its end; exit status 0 if it made its model.",
    discussion: "A connection that breaks is taken up again where it broke. With --json, each event on a line.")

  @OptionGroup var connection: ServerConnection
  @Argument(help: "The job's id.") var id: RemoteID

  func run() throws { try watch(id.text, connection) }
}

/// Shows a job until it is over.
func watch(_ id: String, _ connection: ServerConnection) throws {
  let client = connection.client
  let line = ProgressLine()
  var watched = WatchedJob()
  let end = try JobWatch(client: client, id: id).run { event in
    if connection.json { return try Terminal.write(event.data + "\n") }
    switch try watched.hear(event) {
    case .passing(let text): line.show(text)
    case .lasting(let text): line.note(text)
    case nil: break
    }
  }
  line.finish()
  let job = try RemoteJob(json: end.utf8)
  try Terminal.write(connection.json ? end + "\n" : job.words + "\n")
  if job.state != "succeeded" { throw ExitCode.failure }
}

struct JobReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "How good the model is, how sure that is, and what is wrong with the photos.")

  @OptionGroup var connection: ServerConnection
  @Argument(help: "The job's id.") var id: RemoteID

  @Option(
    name: .shortAndLong, help: "File for it, in HTML unless it ends in .json. (default: standard output, in JSON)")
  var output: String?

  func run() throws {
    let isPage = output.map { !$0.lowercased().hasSuffix(".json") } ?? false
    let request = ClientRequest(path: "/v1/jobs/\(id.text)/report", accept: isPage ? "text/html" : "application/json")
    let report = try connection.client.ask(request)
    guard let output else { return try Terminal.write(report) }
    try Data(report).write(to: URL(fileURLWithPath: output), options: .atomic)
  }
}

extension RemoteJob {
  /// A job in a few lines.
  var words: String {
    var lines = ["\(id): \(kind)\(request.name.map { " \($0)" } ?? "") from \(origin), \(standing.line)"]
    if let model { lines.append("It made \(model.name) version \(model.version).") }
    if let problem { lines.append("It failed: \(problem)") }
    return lines.joined(separator: "\n")
  }
}
