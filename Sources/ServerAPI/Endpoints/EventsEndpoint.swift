import AccessControl
import HTTPCore
import HTTPServer
import HTTPTypes

/// `GET /v1/events`: what the server does, each second, as server-sent events.
struct EventsEndpoint: Endpoint {
  static let name = "events"
  static let path: PathTemplate = "/v1/events"
  static let access = Access.scope(.admin)
  /// Milliseconds after which a client that lost its connection comes back.
  private static let retry = 2000

  let context: APIContext

  /// The last event that the client has.
  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> EventFeed.EventID? {
    try lastEvent(head.headerFields[.lastEventID])
  }

  func respond(to request: CheckedRequest<EventFeed.EventID?>) async throws -> ServerResponse {
    let last = request.checked
    let feed = context.events
    let stream = ResponseStream { writer in
      let subscription = feed.subscribe(after: last)
      defer { feed.unsubscribe(subscription) }
      writer.onStop { subscription.finish() }
      try await writer.write(Array("retry: \(Self.retry)\n\n".utf8))
      for await event in subscription.events { try await writer.write(event) }
      try await writer.write(ServerSentEvent(name: "end", data: #"{"reason":"the server stops"}"#).bytes)
    }
    var response = ServerResponse(contentType: .eventStream, stream: stream)
    response.fields[.cacheControl] = "no-store"
    // nginx would gather events into its buffers.
    response.fields[.accelBuffering] = "no"
    return response
  }

  private func lastEvent(_ text: String?) throws(RequestError) -> EventFeed.EventID? {
    guard let text, !text.isEmpty else { return nil }
    guard let id = EventFeed.EventID(text) else {
      throw .unacceptedValue(
        name: "Last-Event-ID", value: text, accepted: ["the id of an event of this stream, such as 1764380000-17"])
    }
    return id
  }
}

extension HTTPField.Name {
  fileprivate static let lastEventID = HTTPField.Name("Last-Event-ID")!
  fileprivate static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
