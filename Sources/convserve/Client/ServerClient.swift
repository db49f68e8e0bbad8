import Foundation

/// Asks a server, with a key where there is one.
struct ServerClient {
  /// Milliseconds to wait for the leave to send a body (RFC 9110 section 10.1.1).
  private static let leaveMilliseconds: Int32 = 1000

  let server: ServerURL
  let key: String?

  /// The answer's body, which is complete.
  ///
  /// - Throws: `ClientError`, for an answer of an error what the server says.
  func ask(_ request: ClientRequest) throws -> [UInt8] { try open(request).body() }

  /// The answer, whose body has still to be read.
  func open(_ request: ClientRequest) throws -> ClientResponse {
    let connection = try ClientConnection(to: server, patience: request.patience)
    try connection.write(request.header(for: server, key: key))
    switch request.body {
    case .none: break
    case .json(let bytes): try connection.write(bytes)
    case .stream(_, _, let produce): try Self.send(produce, over: connection)
    }
    let response = try ClientResponse(from: connection, of: server)
    guard response.status < 400 else { throw Self.refusal(response) }
    return response
  }

  /// A server that says something before the body is over has refused it; the rest is for nobody.
  private static func send(
    _ produce: (@escaping ClientRequest.Sink) throws -> Void, over connection: ClientConnection
  ) throws {
    struct Refused: Error {}
    if connection.hasNews(within: leaveMilliseconds), try connection.isRefusing() { return }
    do {
      try produce { piece in
        if connection.hasNews(within: 0), try connection.isRefusing() { throw Refused() }
        try connection.write(piece)
      }
    } catch is Refused {
    } catch ClientError.brokenOff where connection.hasNews(within: 0) {
      // What it had to say before it left.
    }
  }

  private static func refusal(_ response: ClientResponse) -> ClientError {
    struct Problem: Decodable {
      let title: String?
      let detail: String
    }
    let body = (try? response.body()) ?? []
    let problem = try? JSONDecoder().decode(Problem.self, from: Data(body))
    return .refused(
      status: response.status, title: problem?.title,
      detail: problem?.detail ?? String(decoding: body.prefix(500), as: UTF8.self))
  }
}
