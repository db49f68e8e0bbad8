import HTTPCore
import HTTPServer
import HTTPTypes
import Jobs

/// `GET /v1/jobs/{job}/events`: what has happened to a job; as server-sent events also what happens from now on.
struct JobEventsEndpoint: LearningEndpoint {
  static let name = "getJobEvents"
  static let path: PathTemplate = "/v1/jobs/{job}/events"
  static let queryParameters = ["after"]
  /// Numbers of events.
  static let sequenceRange = 0...999_999_999
  /// Milliseconds after which a client that lost its connection comes back.
  private static let retry = 2000

  let context: APIContext
  /// Silence after which a comment tells proxies and both ends that the connection lives.
  var patience = Duration.seconds(15)

  struct Checked: Sendable {
    let jobs: JobService
    let isStream: Bool
    /// Number of the last event that the client has, where its header says.
    let last: Int?
  }

  struct Response: Encodable {
    let events: [RawJSON]
  }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> Checked {
    let jobs = try context.requireJobs()
    let offers = [MediaType.json, .eventStream]
    guard let best = AcceptHeader(head.headerFields).best(of: offers) else {
      throw RequestError.notAcceptable(accepted: offers.map(\.description))
    }
    return Checked(jobs: jobs, isStream: best == .eventStream, last: try lastEvent(head.headerFields[.lastEventID]))
  }

  func respond(to request: CheckedRequest<Checked>) async throws -> ServerResponse {
    let after = try request.query.integer("after", in: Self.sequenceRange)
    let checked = request.checked
    let id = request.path["job"]
    var response =
      checked.isStream
      ? try await stream(of: id, after: checked.last ?? after ?? 0, checked.jobs)
      : try await list(of: id, after: after ?? 0, checked.jobs)
    response.fields[.cacheControl] = "no-cache"
    response.fields[.vary] = "Accept"
    return response
  }

  private func list(of id: String, after: Int, _ jobs: JobService) async throws -> ServerResponse {
    .json(Response(events: try await jobs.events(of: id, after: after).map { RawJSON(text: $0.json) }))
  }

  private func stream(of id: String, after: Int, _ jobs: JobService) async throws -> ServerResponse {
    // A job that is unknown is told before the stream begins.
    _ = try await jobs.job(id)
    let stream = ResponseStream { [patience] writer in
      let events = JobEventMessages(try await jobs.eventStream(of: id, after: after), patience: patience)
      writer.onStop { events.finish() }
      try await writer.write(Array("retry: \(Self.retry)\n\n".utf8))
      try await events.forEach(writer.write)
      try await writer.write(await Self.end(of: id, jobs).bytes)
    }
    var response = ServerResponse(contentType: .eventStream, stream: stream)
    // nginx would gather events into its buffers.
    response.fields[.accelBuffering] = "no"
    return response
  }

  /// `done` with the job where that is over; else the server stops, and the client is to come back.
  private static func end(of id: String, _ jobs: JobService) async -> ServerSentEvent {
    guard let job = try? await jobs.job(id), job.state.isOver else {
      return ServerSentEvent(name: "end", data: #"{"reason":"the server stops, or the job was deleted"}"#)
    }
    return ServerSentEvent(name: "done", data: String(decoding: encodedJSON(JobAnswer(job)).dropLast(), as: UTF8.self))
  }

  private func lastEvent(_ text: String?) throws(RequestError) -> Int? {
    guard let text, !text.isEmpty else { return nil }
    guard let number = DecimalNumber.whole(text), Self.sequenceRange.contains(number) else {
      throw .unacceptedValue(
        name: "Last-Event-ID", value: text, accepted: ["the id of an event of this job, such as 17"])
    }
    return number
  }
}

extension HTTPField.Name {
  fileprivate static let lastEventID = HTTPField.Name("Last-Event-ID")!
  fileprivate static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
