import Foundation
import HTTPCore
import HTTPServer
import HTTPTypes

/// A server that does nothing but stream, for tests with clients and proxies that nobody here wrote.
///
///     StreamingServer FOLDER [CERTIFICATE KEY]
///
/// `PUT /files/{name}` writes its body to a file of the folder and answers its length. `GET /files/{name}` reads the
/// file. `GET /clock` gives an event a second. It prints its address, and stops with its input.
@main
struct StreamingServer {
  /// Bytes that an upload may have.
  static let limit = 8 << 30

  static func main() async throws {
    let arguments = CommandLine.arguments
    let folder = URL(filePath: arguments[1])
    let tls =
      arguments.count > 3
      ? TLSConfiguration(identities: [.init(certificate: arguments[2], key: arguments[3])]) : nil
    let server = Server(
      configuration: ServerConfiguration(hosts: ["127.0.0.1"], port: 0), router: router(folder),
      tls: try tls.map(TLSAcceptor.init))
    try FileHandle.standardOutput.write(contentsOf: Data("\(server.start()[0])\n".utf8))
    while readLine() != nil {}
    await server.stop(gracePeriod: .seconds(5))
  }

  static func router(_ folder: URL) -> Router {
    Router([
      Route(.put, "/files/{name}", name: "putFile", body: .streamed(limit: limit)) { request, path in
        await save(request, to: folder.appending(path: path["name"]))
      },
      Route(.get, "/files/{name}", name: "getFile") { _, path in
        guard let file = try? FileHandle(forReadingFrom: folder.appending(path: path["name"])) else {
          return .text("no such file\n", status: .notFound)
        }
        return ServerResponse(
          contentType: .octetStream,
          stream: ResponseStream { writer in
            while let piece = try file.read(upToCount: 64 << 10), !piece.isEmpty {
              try await writer.write([UInt8](piece))
            }
          })
      },
      Route(.get, "/clock", name: "clock") { _, _ in
        ServerResponse(contentType: .eventStream, stream: ResponseStream(clock))
      },
    ])
  }

  /// The handler waits for the disk, and the client for the handler.
  private static func save(_ request: ServerRequest, to url: URL) async -> ServerResponse {
    do {
      guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
        return .text("cannot write \(url.path)\n", status: .internalServerError)
      }
      let file = try FileHandle(forWritingTo: url)
      var count = 0
      if let stream = request.bodyStream {
        for try await piece in stream {
          try file.write(contentsOf: piece)
          count += piece.count
        }
      }
      try file.close()
      return .text("\(count)\n")
    } catch let failure as ServerFailure {
      return .plainProblem(failure, request.head)
    } catch {
      return .text("\(error)\n", status: .internalServerError)
    }
  }

  /// An event at once and one each second, until the client leaves or the server stops.
  @Sendable private static func clock(_ writer: any ResponseWriter) async throws {
    let (ticks, continuation) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
    let timer = Task {
      for tick in 0... {
        continuation.yield(tick)
        try await Task.sleep(for: .seconds(1))
      }
    }
    defer { timer.cancel() }
    writer.onStop { continuation.finish() }
    for await tick in ticks {
      try await writer.write(ServerSentEvent(id: "\(tick)", name: "tick", data: "\(tick)").bytes)
    }
    try await writer.write(ServerSentEvent(name: "end", data: "stopped").bytes)
  }
}
