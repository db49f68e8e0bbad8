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

@Suite("TimeoutMachine")
struct TimeoutMachineTests {
  typealias Machine = TimeoutMachine<FakeInstant>

  private let timeouts = ServerConfiguration.Timeouts(
    header: .seconds(10), body: .seconds(30), idle: .seconds(60), write: .seconds(20), linger: .seconds(2),
    minimumRate: 100)

  private func machine(in phase: Machine.Phase) -> Machine {
    var machine = Machine(timeouts: timeouts, now: FakeInstant(seconds: 0))
    machine.enter(phase, now: FakeInstant(seconds: 0))
    return machine
  }

  @Test(
    "time runs out at its limit and not a second before",
    arguments: [
      (.opening, 10, .close), (.idle, 60, .close), (.header, 10, .answerHeaderTimeout), (.body, 30, .answerBodyTimeout),
      (.writing, 20, .close), (.draining, 2, .close), (.lingering, 2, .close),
    ] as [(Machine.Phase, Int, Machine.Action)])
  func runsOut(_ phase: Machine.Phase, _ limit: Int, _ action: Machine.Action) {
    let machine = machine(in: phase)
    #expect(machine.action(now: FakeInstant(seconds: limit - 1)) == nil)
    #expect(machine.action(now: FakeInstant(seconds: limit)) == action)
  }

  @Test("a body that nobody wants gets no more time, however much of it comes")
  func draining() {
    var body = machine(in: .draining)
    body.received(1 << 20, now: FakeInstant(seconds: 1))
    #expect(body.action(now: FakeInstant(seconds: 2)) == .close)
  }

  @Test("a handler may take as long as it wants")
  func working() {
    #expect(machine(in: .working).action(now: FakeInstant(seconds: 100_000)) == nil)
  }

  @Test("a body that keeps its rate may pause for its time, again and again")
  func progress() {
    var body = machine(in: .body)
    for second in stride(from: 29, through: 290, by: 29) {
      #expect(body.action(now: FakeInstant(seconds: second)) == nil)
      body.received(2_900, now: FakeInstant(seconds: second))
    }
    #expect(body.action(now: FakeInstant(seconds: 319)) == nil)
    #expect(body.action(now: FakeInstant(seconds: 320)) == .answerBodyTimeout)
  }

  @Test("a byte now and then does not extend a body's time, nor an answer's")
  func trickle() {
    var body = machine(in: .body)
    for second in 1...29 { body.received(1, now: FakeInstant(seconds: second)) }
    #expect(body.action(now: FakeInstant(seconds: 31)) == .answerBodyTimeout)
    var answer = machine(in: .writing)
    for second in 1...19 { answer.sent(1, now: FakeInstant(seconds: second)) }
    #expect(answer.action(now: FakeInstant(seconds: 21)) == .close)
  }

  @Test("a fast beginning does not buy a long pause")
  func stall() {
    var body = machine(in: .body)
    body.received(1_000_000, now: FakeInstant(seconds: 1))
    #expect(body.action(now: FakeInstant(seconds: 30)) == nil)
    #expect(body.action(now: FakeInstant(seconds: 31)) == .answerBodyTimeout)
  }

  @Test("what comes in does not extend the time for a header or an answer, nor what goes out that for a body")
  func otherDirection() {
    var header = machine(in: .header)
    header.received(1_000, now: FakeInstant(seconds: 9))
    #expect(header.action(now: FakeInstant(seconds: 10)) == .answerHeaderTimeout)
    var answer = machine(in: .writing)
    answer.received(1_000_000, now: FakeInstant(seconds: 19))
    #expect(answer.action(now: FakeInstant(seconds: 20)) == .close)
    var body = machine(in: .body)
    body.sent(1_000_000, now: FakeInstant(seconds: 29))
    #expect(body.action(now: FakeInstant(seconds: 30)) == .answerBodyTimeout)
  }

  @Test("entering the phase one is in starts nothing anew")
  func reentering() {
    var header = machine(in: .header)
    header.enter(.header, now: FakeInstant(seconds: 9))
    #expect(header.action(now: FakeInstant(seconds: 10)) == .answerHeaderTimeout)
  }
}
