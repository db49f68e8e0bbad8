import Glibc
import HTTPCore
import HTTPServer
import HTTPTypes
import Synchronization
import Testing

/// A server on free loopback ports with routes that tests need, and a record of what its handlers saw.
final class TestServer: Sendable {
  let server: Server
  let addresses: [BoundAddress]
  let handlers: HandlerLog

  var port: Int { addresses[0].port }
  var url: String { "http://127.0.0.1:\(port)" }

  init(
    hosts: [String] = ["127.0.0.1"], maximumConnections: Int = 1024, limits: ParserLimits = ParserLimits(),
    timeouts: ServerConfiguration.Timeouts = patientTimeouts, cors: CORSPolicy? = nil,
    bodyMemory: Int = 256 << 20, tls: TLSConfiguration? = nil, acceptor: TLSAcceptor? = nil,
    observer: (@Sendable (AccessRecord) -> Void)? = nil
  ) throws {
    let log = HandlerLog()
    let configuration = ServerConfiguration(
      hosts: hosts, port: 0, maximumConnections: maximumConnections, limits: limits, timeouts: timeouts,
      bodyMemory: bodyMemory, cors: cors)
    handlers = log
    server = Server(
      configuration: configuration, router: Self.router(log), tls: try acceptor ?? tls.map(TLSAcceptor.init),
      observer: { record in
        log.answered(record)
        observer?(record)
      })
    addresses = try server.start()
  }

  private static func router(_ log: HandlerLog) -> Router {
    Router([
      Route(.get, "/hello", name: "hello") { _, _ in .text("hello\n") },
      Route(.get, "/quick", name: "quick", isQuick: true) { _, _ in .text("quick\n") },
      // Holds a thread until the test opens the gate.
      Route(.get, "/compute", name: "compute") { _, _ in
        log.started()
        log.holdThread()
        return .text("computed")
      },
      Route(.get, "/echo/{word}", name: "echoWord") { request, parameters in
        .text(parameters["word"] + " " + request.query.map(\.value).joined(separator: ","))
      },
      Route(.post, "/length", name: "length", bodyLimit: 8 << 20) { request, _ in
        .text("\(request.body.count) \(request.body.reduce(0) { ($0 + Int($1)) % 65_536 })")
      },
      Route(.get, "/text", name: "text") { _, _ in .text(String(repeating: "all work and no play\n", count: 500)) },
      Route(.post, "/small", name: "small", bodyLimit: 10) { request, _ in .text("\(request.body.count)") },
      Route(.get, "/big", name: "big") { _, _ in
        log.started()
        return ServerResponse(contentType: .octetStream, body: [UInt8](repeating: UInt8(ascii: "b"), count: 8 << 20))
      },
      // Keeps its body in memory for as long as the next one.
      Route(.post, "/hold", name: "hold", bodyLimit: 1 << 20) { request, _ in
        log.started()
        await log.gate()
        return .text("\(request.body.count)")
      },
      Route(.post, "/change", name: "change", changesState: true) { _, _ in .text("changed\n") },
      // Counts and sums up the bytes of a body that it never holds.
      Route(.post, "/stream", name: "streamIn", body: .streamed(limit: 64 << 20)) { request, _ in
        log.started()
        return await streamedLength(request, log)
      },
      // The same, slowly: it takes nothing until the test opens the gate.
      Route(.post, "/slow-stream", name: "slowStreamIn", body: .streamed(limit: 64 << 20)) { request, _ in
        log.started()
        await log.gate()
        return await streamedLength(request, log)
      },
      // Answers without reading.
      Route(.post, "/hasty-stream", name: "hastyStreamIn", body: .streamed(limit: 64 << 20)) { _, _ in .text("enough\n")
      },
      // Counts to the number in its path, a line each.
      Route(.get, "/count/{number}", name: "count") { _, parameters in
        ServerResponse(
          contentType: .plainText,
          stream: ResponseStream { writer in
            for number in 0..<(Int(parameters["number"]) ?? 0) { try await writer.write(Array("\(number)\n".utf8)) }
          })
      },
      // Gives a piece at once, and further ones when the test opens the gate; ends when the server stops.
      Route(.get, "/events", name: "events") { _, _ in
        ServerResponse(
          contentType: .eventStream,
          stream: ResponseStream { writer in
            writer.onStop { log.open() }
            log.started()
            defer { if Task.isCancelled { log.cancelled() } }
            try await writer.write(Array("data: first\n\n".utf8))
            await log.gate()
            try await writer.write(Array("data: last\n\n".utf8))
          })
      },
      // Writes without end, as fast as the client takes it.
      Route(.get, "/endless", name: "endless") { _, _ in
        ServerResponse(
          contentType: .octetStream,
          stream: ResponseStream { writer in
            log.started()
            defer { log.cancelled() }
            while true { try await writer.write([UInt8](repeating: 0, count: 64 << 10)) }
          })
      },
      // Fails in the middle.
      Route(.get, "/broken", name: "broken") { _, _ in
        ServerResponse(
          contentType: .plainText,
          stream: ResponseStream { writer in
            try await writer.write(Array("half".utf8))
            throw CancellationError()
          })
      },
      // Waits until the test opens the gate or the task is cancelled.
      Route(.get, "/wait", name: "wait", notes: { _ in ["model": "slow"] }) { _, _ in
        log.started()
        await log.gate()
        if Task.isCancelled { log.cancelled() }
        return .text(Task.isCancelled ? "cancelled" : "finished")
      },
    ])
  }

  func stop() async { await server.stop(gracePeriod: patience) }
}

/// The length of a streamed body and the sum of its bytes, or why it could not be read.
private func streamedLength(_ request: ServerRequest, _ log: HandlerLog) async -> ServerResponse {
  var count = 0
  var sum = 0
  do {
    if let stream = request.bodyStream {
      for try await piece in stream {
        count += piece.count
        sum = piece.reduce(sum) { ($0 + Int($1)) % 65_536 }
        log.took(count)
      }
    }
    return .text("\(count) \(sum)")
  } catch let failure as ServerFailure {
    return .plainProblem(failure, request.head)
  } catch {
    log.cancelled()
    return .text("\(error)", status: .internalServerError)
  }
}

/// What the waiting handlers did, the gate they wait at, and how many requests were answered.
final class HandlerLog: Sendable {
  private let state = Mutex((started: 0, cancelled: 0, answered: 0, isOpen: false, taken: 0))

  var startedCount: Int { state.withLock { $0.started } }
  var cancelledCount: Int { state.withLock { $0.cancelled } }
  var answeredCount: Int { state.withLock { $0.answered } }

  func started() { state.withLock { $0.started += 1 } }
  /// Bytes of streamed bodies that the last handler took.
  var takenBytes: Int { state.withLock { $0.taken } }
  func took(_ count: Int) { state.withLock { $0.taken = count } }
  func cancelled() { state.withLock { $0.cancelled += 1 } }
  func answered(_ record: AccessRecord) {
    if record.status != .clientClosedRequest { state.withLock { $0.answered += 1 } }
  }
  func open() { state.withLock { $0.isOpen = true } }

  func holdThread() {
    while !state.withLock({ $0.isOpen }) { usleep(1_000) }
  }

  func gate() async {
    while !Task.isCancelled && !state.withLock({ $0.isOpen }) { try? await Task.sleep(for: .milliseconds(2)) }
  }
}

/// How long anything here may take before it counts as failed.
///
/// Nothing waits this long when all is well. It is long because other suites compute on the threads that run the
/// server's handlers: on two processors a handler may have to wait for a minute.
let patience = Duration.seconds(600)

/// What a server gives a client in tests that are not about time.
let patientTimeouts = ServerConfiguration.Timeouts(
  header: patience, body: patience, idle: patience, write: patience)

/// Waits until something that happens elsewhere has happened.
func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
  let deadline = ContinuousClock.now + patience
  while ContinuousClock.now < deadline {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return condition()
}

let host = "Host: localhost\r\n"
