import Foundation

/// Follows a job to its end, over as many connections as it takes.
struct JobWatch {
  /// Longer than the server is ever silent on purpose.
  private static let patience = 45
  private static let pauseSeconds: UInt32 = 2
  /// Tries in a row that get nothing.
  private static let tries = 30

  let client: ServerClient
  let id: String

  /// - Parameter show: gets each event once, in order.
  /// - Returns: the job as it is in the end, as JSON.
  /// - Throws: `ClientError`, where the server has been gone for a minute.
  func run(_ show: (EventParser.Event) throws -> Void) throws -> String {
    var last: String?
    var failures = 0
    while true {
      do {
        if let end = try follow(
          from: &last,
          {
            failures = 0; try show($0)
          })
        {
          return end
        }
      } catch let error as ClientError where error.isPassing && failures < Self.tries {
        failures += 1
      }
      sleep(Self.pauseSeconds)
    }
  }

  /// One connection's worth of events; the job where it is over.
  private func follow(from last: inout String?, _ show: (EventParser.Event) throws -> Void) throws -> String? {
    var request = ClientRequest(path: "/v1/jobs/\(id)/events", accept: "text/event-stream")
    request.patience = Self.patience
    if let last { request.fields.append(("Last-Event-ID", last)) }
    let response = try client.open(request)
    var parser = EventParser()
    while let piece = try response.next() {
      for event in parser.read(piece) {
        last = event.id ?? last
        switch event.name {
        case "done": return event.data
        case "end": return nil
        default: try show(event)
        }
      }
    }
    return nil
  }
}
