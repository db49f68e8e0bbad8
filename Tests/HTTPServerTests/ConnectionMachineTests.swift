import Foundation
import HTTPCore
import HTTPTestSupport
import HTTPTypes
import Testing

@testable import HTTPServer

/// A moment of a clock that only the test moves.
struct FakeInstant: InstantProtocol {
  var seconds: Int

  func advanced(by duration: Duration) -> FakeInstant {
    FakeInstant(seconds: seconds + Int(duration.components.seconds))
  }
  func duration(to other: FakeInstant) -> Duration { .seconds(other.seconds - seconds) }
  static func < (left: FakeInstant, right: FakeInstant) -> Bool { left.seconds < right.seconds }
}

/// A machine with a client and handlers that do what the test says, and a list of what the machine asked for.
struct DrivenMachine {
  typealias Machine = ConnectionMachine<FakeInstant>

  static let timeouts = ServerConfiguration.Timeouts(
    header: .seconds(10), body: .seconds(30), idle: .seconds(60), write: .seconds(20), linger: .seconds(2),
    minimumRate: 100)

  var machine: Machine
  var second = 0
  var actions: [Machine.Action] = []
  /// What becomes of requests.
  var verdict = Machine.Verdict.handled(bodyLimit: 1000)

  init(limits: ParserLimits = ParserLimits()) {
    machine = Machine(limits: limits, timeouts: Self.timeouts, now: FakeInstant(seconds: 0))
  }

  private var now: FakeInstant { FakeInstant(seconds: second) }
  var phase: ConnectionPhase { machine.phase }

  mutating func happens(_ input: Machine.Input) {
    machine.handle(input, now: now)
    while let action = machine.next(now: now) {
      actions.append(action)
      if case .judge = action { machine.handle(.judged(verdict), now: now) }
    }
  }

  mutating func receives(_ text: String) { happens(.received(Array(text.utf8)[...])) }

  /// Lets the clock run, and gives what the machine asks for then.
  mutating func waits(until second: Int) -> [Machine.Action] {
    self.second = second
    let before = actions.count
    happens(.timePassed)
    return Array(actions[before...])
  }

  /// Goes to a phase by what leads there.
  mutating func go(to phase: ConnectionPhase) {
    switch phase {
    case .opening: break
    case .idle: happens(.opened)
    case .header:
      go(to: .idle)
      receives("GET /")
    case .body:
      go(to: .idle)
      receives("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
    case .consuming:
      go(to: .body)
      happens(.bodyFilled)
    case .working:
      go(to: .idle)
      receives("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    case .producing:
      go(to: .working)
      happens(.answering(.init(isStreamed: true)))
      happens(.allSent)
    case .writing:
      go(to: .working)
      happens(.answering(.init()))
    case .draining:
      verdict = .answeredByHeader
      go(to: .body)
      happens(.answering(.init()))
      happens(.allSent)
    case .lingering:
      go(to: .working)
      happens(.answering(.init(closes: true)))
      happens(.allSent)
    case .closed: happens(.lost)
    }
  }

  static func machine(in phase: ConnectionPhase) -> DrivenMachine {
    var machine = DrivenMachine()
    machine.go(to: phase)
    #expect(machine.phase == phase)
    machine.actions = []
    return machine
  }
}

@Suite("ConnectionMachine: phases")
struct ConnectionPhaseTests {
  /// What has to happen for each event of the table.
  private static func cause(_ event: ConnectionTransition.Event, _ machine: inout DrivenMachine) {
    switch event {
    case .opened: machine.happens(.opened)
    case .broken where machine.phase == .opening: machine.happens(.openingFailed)
    case .broken: machine.happens(.received(Array("POST / HTTP/1.1\r\n: \r\n\r\n".utf8)[...]))
    case .begun: machine.receives("G")
    case .accepted: machine.receives(" HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
    case .filled: machine.happens(.bodyFilled)
    case .emptied: machine.happens(.bodyEmptied)
    case .completed: machine.receives(String(repeating: "x", count: 1000))
    case .answered: machine.happens(.answering(.init()))
    case .produced: machine.happens(.produced(isLast: false))
    case .written, .writtenLast, .writtenEarly, .writtenSoFar: machine.happens(.allSent)
    case .discarded: machine.receives(String(repeating: "x", count: 1000))
    case .closed: machine.happens(.lost)
    }
  }

  /// Goes to where an event can happen; several lead out of `writing`.
  private static func start(_ transition: ConnectionTransition) -> DrivenMachine {
    var machine = DrivenMachine()
    switch transition.event {
    case .writtenSoFar:
      machine.go(to: .working)
      machine.happens(.answering(.init(isStreamed: true)))
    case .writtenLast:
      machine.go(to: .working)
      machine.happens(.answering(.init(closes: true)))
    case .writtenEarly:
      machine.verdict = .answeredByHeader
      machine.go(to: .body)
      machine.happens(.answering(.init()))
    case .broken where transition.from == .draining:
      machine.verdict = .answeredByHeader
      machine.go(to: .idle)
      machine.receives("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      machine.happens(.answering(.init()))
      machine.happens(.allSent)
    default: machine.go(to: transition.from)
    }
    return machine
  }

  @Test("every transition of the table is what happens", arguments: ConnectionTransition.table)
  func walks(_ transition: ConnectionTransition) {
    var machine = Self.start(transition)
    #expect(machine.phase == transition.from)
    Self.cause(transition.event, &machine)
    #expect(machine.phase == transition.to)
  }

  @Test("every phase but the first is reached, and every phase can be left but the last")
  func complete() {
    let table = ConnectionTransition.table
    #expect(Set(table.map(\.to)) == Set(ConnectionPhase.allCases).subtracting([.opening]))
    #expect(Set(table.map(\.from)) == Set(ConnectionPhase.allCases).subtracting([.closed]))
    #expect(Set(table.map(\.event)) == Set(ConnectionTransition.Event.allCases))
    for row in table { #expect(table.count { $0.from == row.from && $0.event == row.event } == 1) }
  }

  @Test("docs/architecture.md shows the table")
  func documented() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let text = try String(contentsOf: root.appending(path: "docs/architecture.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.contains(" --") && $0.contains("--> ") }
    let documented = rows.map { $0.split(separator: " ").map(String.init) }
    let expected = ConnectionTransition.table.filter { $0.event != .closed }
      .map { ["\($0.from)", "--\($0.event)-->", "\($0.to)"] }
    #expect(documented.map { Array($0.prefix(3)) } == expected)
  }
}

@Suite("ConnectionMachine: time")
struct ConnectionTimeTests {
  typealias Action = DrivenMachine.Machine.Action

  private static let headerTimeout = Action.answerFailure(.headerTimeout(.seconds(10)))
  private static let bodyTimeout = Action.answerFailure(.bodyTimeout(.seconds(30), minimumRate: 100))

  @Test(
    "time runs out at its limit and not a second before",
    arguments: [
      (.opening, 10, .close), (.idle, 60, .close), (.header, 10, Self.headerTimeout), (.body, 30, Self.bodyTimeout),
      (.writing, 20, .close), (.draining, 2, .close), (.lingering, 2, .close),
    ] as [(ConnectionPhase, Int, Action)])
  func runsOut(_ phase: ConnectionPhase, _ limit: Int, _ action: Action) {
    var machine = DrivenMachine.machine(in: phase)
    #expect(machine.waits(until: limit - 1) == [])
    #expect(machine.waits(until: limit) == [action])
  }

  @Test("a body that nobody wants gets no more time, however much of it comes")
  func draining() {
    var machine = DrivenMachine.machine(in: .draining)
    machine.second = 1
    machine.receives(String(repeating: "x", count: 900))
    #expect(machine.waits(until: 2) == [.close])
  }

  @Test("a handler may take as long as it wants", arguments: [.working, .consuming, .producing] as [ConnectionPhase])
  func handlersTurn(_ phase: ConnectionPhase) {
    var machine = DrivenMachine.machine(in: phase)
    #expect(machine.waits(until: 100_000) == [])
  }

  @Test("a body that keeps its rate may pause for its time, again and again")
  func progress() {
    var machine = Self.longBody()
    for second in stride(from: 29, through: 290, by: 29) {
      #expect(machine.waits(until: second) == [])
      machine.receives(String(repeating: "x", count: 2_900))
    }
    machine.actions = []
    #expect(machine.waits(until: 319) == [])
    #expect(machine.waits(until: 320) == [Self.bodyTimeout])
  }

  @Test("a byte now and then does not extend a body's time, nor an answer's")
  func trickle() {
    var body = Self.longBody()
    for second in 1...29 {
      body.second = second
      body.receives("x")
    }
    #expect(body.waits(until: 31) == [Self.bodyTimeout])
    var answer = DrivenMachine.machine(in: .writing)
    for second in 1...19 {
      answer.second = second
      answer.happens(.sent(1))
    }
    #expect(answer.waits(until: 21) == [.close])
  }

  @Test("a fast beginning does not buy a long pause")
  func stall() {
    var machine = Self.longBody()
    machine.second = 1
    machine.receives(String(repeating: "x", count: 1_000_000))
    #expect(machine.waits(until: 30) == [])
    #expect(machine.waits(until: 31) == [Self.bodyTimeout])
  }

  @Test("what comes in does not extend the time for a header or an answer, nor what goes out that for a body")
  func otherDirection() {
    var header = DrivenMachine.machine(in: .header)
    header.second = 9
    header.receives("abcdefgh")
    #expect(header.waits(until: 10) == [Self.headerTimeout])
    var answer = DrivenMachine.machine(in: .writing)
    answer.second = 19
    answer.receives(String(repeating: "x", count: 1_000))
    #expect(answer.waits(until: 20) == [.close])
    var body = DrivenMachine.machine(in: .body)
    body.second = 29
    body.happens(.sent(1_000_000))
    #expect(body.waits(until: 30) == [Self.bodyTimeout])
  }

  @Test("the time that a handler takes for a body's pieces is not the client's")
  func backPressure() {
    var machine = Self.longBody()
    machine.second = 29
    machine.happens(.bodyFilled)
    #expect(machine.waits(until: 1_000) == [])
    machine.happens(.bodyEmptied)
    #expect(machine.waits(until: 1_029) == [])
    #expect(machine.waits(until: 1_030) == [Self.bodyTimeout])
  }

  @Test("each piece of a streamed answer has its own time, and the pauses between them none")
  func quietStream() {
    var machine = DrivenMachine.machine(in: .producing)
    for second in stride(from: 15, through: 600, by: 15) {
      #expect(machine.waits(until: second) == [])
      machine.happens(.produced(isLast: false))
      machine.happens(.sent(10))
      machine.happens(.allSent)
      machine.actions = []
    }
    machine.happens(.produced(isLast: false))
    #expect(machine.waits(until: 619) == [])
    #expect(machine.waits(until: 620) == [.close])
  }

  private static func longBody() -> DrivenMachine {
    var machine = DrivenMachine()
    machine.verdict = .handled(bodyLimit: 1 << 30)
    machine.go(to: .idle)
    machine.receives("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
    #expect(machine.phase == .body)
    machine.actions = []
    return machine
  }
}

@Suite("ConnectionMachine: requests")
struct ConnectionMachineTests {
  typealias Action = DrivenMachine.Machine.Action

  @Test("a stop lets a request finish and closes behind its answer")
  func stop() {
    var machine = DrivenMachine.machine(in: .working)
    machine.happens(.stop)
    #expect(machine.actions == [])
    machine.happens(.answering(.init()))
    #expect(!machine.machine.keepsAlive)
    machine.happens(.allSent)
    #expect(machine.phase == .lingering)
  }

  @Test("a stop closes what is idle", arguments: [.opening, .idle] as [ConnectionPhase])
  func stopIdle(_ phase: ConnectionPhase) {
    var machine = DrivenMachine.machine(in: phase)
    machine.happens(.stop)
    #expect(machine.actions == [.close])
  }

  @Test("a stop ends a streamed answer, whether it has begun or not")
  func stopStream() {
    var begun = DrivenMachine.machine(in: .producing)
    begun.happens(.stop)
    #expect(begun.actions == [.endStream])
    begun.happens(.produced(isLast: true))
    begun.happens(.allSent)
    #expect(begun.actions == [.endStream, .forgetRequest, .endWriting])
    var late = DrivenMachine.machine(in: .working)
    late.happens(.stop)
    late.happens(.answering(.init(isStreamed: true)))
    #expect(late.actions == [.endStream])
  }

  @Test("a client that has ended its side is asked once whether it is still there")
  func probe() {
    var machine = DrivenMachine.machine(in: .working)
    machine.happens(.inputEnded)
    #expect(machine.machine.mayMissDeparture)
    machine.happens(.looked(.hasEnded))
    machine.happens(.looked(.hasEnded))
    #expect(machine.actions == [.sendContinue])
    machine.happens(.looked(.gone))
    #expect(machine.actions == [.sendContinue, .close])
  }

  @Test("within a streamed answer nothing else is sent to find out")
  func probeStream() {
    var machine = DrivenMachine.machine(in: .producing)
    machine.happens(.inputEnded)
    machine.happens(.looked(.hasEnded))
    #expect(machine.actions == [])
    machine.happens(.looked(.gone))
    #expect(machine.actions == [.close])
  }

  @Test("an answer before the body's end closes the connection", arguments: [.body, .consuming] as [ConnectionPhase])
  func cutShort(_ phase: ConnectionPhase) {
    var machine = DrivenMachine.machine(in: phase)
    machine.happens(.answering(.init()))
    #expect(!machine.machine.keepsAlive)
  }

  @Test("while the handler holds enough of a body, bytes wait in the parser up to its buffer")
  func consuming() {
    var machine = DrivenMachine.machine(in: .consuming)
    #expect(machine.machine.wantsInput)
    machine.receives(String(repeating: "x", count: 64 << 10))
    #expect(machine.actions == [] && !machine.machine.wantsInput)
    machine.happens(.bodyEmptied)
    #expect(machine.phase == .working)
    #expect(machine.actions.last == .bodyEnded)
  }

  @Test("whatever happens, in whatever order, no transition is taken that the table does not have", arguments: 0..<50)
  func anything(_ seed: UInt64) {
    for round in 0..<100 {
      var random = SeededRandom(state: seed * 1000 + UInt64(round))
      var walk = RandomWalk()
      for _ in 0..<80 { walk.step(&random) }
      walk.machine.happens(.lost)
      #expect(walk.machine.phase == .closed)
    }
  }

  @Test("requests.table, whole", arguments: RequestCorpus.requests)
  func whole(_ request: CorpusRequest) { check(request, pieces: [request.bytes[...]]) }

  @Test("requests.table, byte by byte", arguments: RequestCorpus.requests)
  func byteByByte(_ request: CorpusRequest) {
    check(request, pieces: request.bytes.indices.map { request.bytes[$0...$0] })
  }

  private static let router = Router([
    Route(.get, "/hello", name: "hello") { _, _ in .text("") },
    Route(.get, "/echo/{word}", name: "echo") { _, _ in .text("") },
    Route(.post, "/length", name: "length") { _, _ in .text("") },
  ])

  private func check(_ request: CorpusRequest, pieces: [ArraySlice<UInt8>]) {
    var server = AnsweringMachine(router: Self.router)
    for piece in pieces { server.happens(.received(piece)) }
    // A client that sends byte by byte may be asked for a body that it sends anyway.
    let statuses = pieces.count == 1 ? server.statuses : server.statuses.filter { $0 != 100 }
    let expected = pieces.count == 1 ? request.statuses : request.statuses.filter { $0 != 100 }
    #expect(statuses == expected)
    switch request.connection {
    case .keep: #expect(server.machine.phase == .idle)
    case .close: #expect(server.machine.phase == .lingering)
    case .waits:
      #expect(server.machine.phase == .header || server.machine.phase == .body)
      server.happens(.inputEnded)
      #expect(server.statuses.last == 400)
      #expect(server.machine.phase == .closed)
    }
  }
}

/// A client, a handler, a clock and a server that stops, all at random. Only answers follow a rule, the connection's own: to a
/// request whose answer is wanted.
private struct RandomWalk {
  private static let pieces = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "G", "\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", "123456789", "12345",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\n12345\r\n", "0\r\n\r\n", "zz\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
  ]

  var machine = DrivenMachine()

  mutating func step(_ random: inout SeededRandom) {
    machine.verdict = Bool.random(using: &random) ? .handled(bodyLimit: 100) : .answeredByHeader
    machine.second += Int.random(in: 0...3, using: &random)
    machine.happens(input(&random))
    answerWhatIsDue(&random)
  }

  private func input(_ random: inout SeededRandom) -> DrivenMachine.Machine.Input {
    let inputs: [DrivenMachine.Machine.Input] = [
      machine.phase == .opening ? .opened : .allSent, .sent(5), .allSent, .timePassed, .bodyFilled, .bodyEmptied,
      .produced(isLast: false), .produced(isLast: true), .looked(.hasEnded), .looked(.speaking),
    ]
    switch Int.random(in: 0..<100, using: &random) {
    case 0: return .stop
    case 1: return .inputEnded
    case 2: return machine.phase == .opening ? .openingFailed : .looked(.gone)
    case 3..<60: return inputs.randomElement(using: &random)!
    default: return .received(Array(Self.pieces.randomElement(using: &random)!.utf8)[...])
    }
  }

  private mutating func answerWhatIsDue(_ random: inout SeededRandom) {
    let isDue = machine.actions.contains { action in
      switch action {
      case .answerByHeader, .answerFailure: true
      default: false
      }
    }
    machine.actions = []
    let isReady = machine.machine.awaitsAnswer && Bool.random(using: &random)
    guard machine.phase != .closed, isDue || isReady else { return }
    machine.happens(
      .answering(.init(closes: Bool.random(using: &random), isStreamed: !isDue && Bool.random(using: &random))))
  }
}

/// A machine between a router and a client that takes every answer at once.
private struct AnsweringMachine {
  let router: Router
  var machine = ConnectionMachine<FakeInstant>(
    limits: RequestCorpus.limits, timeouts: DrivenMachine.timeouts, now: FakeInstant(seconds: 0))
  var statuses: [Int] = []
  private var status = 0
  private let now = FakeInstant(seconds: 0)

  init(router: Router) {
    self.router = router
    machine.handle(.opened, now: now)
  }

  mutating func happens(_ input: ConnectionMachine<FakeInstant>.Input) {
    machine.handle(input, now: now)
    while let action = machine.next(now: now) {
      switch action {
      case .judge(let head): judge(head)
      case .answerByHeader: answer(status)
      case .bodyEnded: answer(200)
      case .sendContinue: statuses.append(100)
      case .answerFailure(let failure): answer(failure.status.code, closes: true)
      case .takeBody, .pieceSent, .endStream, .forgetRequest, .endWriting, .close: break
      }
    }
  }

  private mutating func judge(_ head: RequestHead) {
    switch router.resolve(method: head.request.method, target: head.target) {
    case .route: machine.handle(.judged(.handled(bodyLimit: RequestCorpus.limits.bodyBytes)), now: now)
    case .options: refuse(204)
    case .failure(let failure): refuse(failure.status.code)
    }
  }

  private mutating func refuse(_ status: Int) {
    self.status = status
    machine.handle(.judged(.answeredByHeader), now: now)
  }

  private mutating func answer(_ status: Int, closes: Bool = false) {
    statuses.append(status)
    machine.handle(.answering(.init(closes: closes)), now: now)
    machine.handle(.allSent, now: now)
  }
}
