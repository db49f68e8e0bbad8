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
    header: .seconds(10), body: .seconds(30), idle: .seconds(60), write: .seconds(20), linger: .seconds(2))

  private func machine(in phase: Machine.Phase) -> Machine {
    var machine = Machine(timeouts: timeouts, now: FakeInstant(seconds: 0))
    machine.enter(phase, now: FakeInstant(seconds: 0))
    return machine
  }

  @Test(
    "time runs out at its limit and not a second before",
    arguments: [
      (.idle, 60, .close), (.header, 10, .answerHeaderTimeout), (.body, 30, .answerBodyTimeout),
      (.writing, 20, .close), (.lingering, 2, .close),
    ] as [(Machine.Phase, Int, Machine.Action)])
  func runsOut(_ phase: Machine.Phase, _ limit: Int, _ action: Machine.Action) {
    let machine = machine(in: phase)
    #expect(machine.action(now: FakeInstant(seconds: limit - 1)) == nil)
    #expect(machine.action(now: FakeInstant(seconds: limit)) == action)
  }

  @Test("a handler may take as long as it wants")
  func working() {
    #expect(machine(in: .working).action(now: FakeInstant(seconds: 100_000)) == nil)
  }

  @Test("progress extends the time for a body, not that for a header")
  func progress() {
    var body = machine(in: .body)
    body.progressed(now: FakeInstant(seconds: 29))
    #expect(body.action(now: FakeInstant(seconds: 58)) == nil)
    #expect(body.action(now: FakeInstant(seconds: 59)) == .answerBodyTimeout)
    var header = machine(in: .header)
    header.progressed(now: FakeInstant(seconds: 9))
    #expect(header.action(now: FakeInstant(seconds: 10)) == .answerHeaderTimeout)
  }

  @Test("entering the phase one is in starts nothing anew")
  func reentering() {
    var header = machine(in: .header)
    header.enter(.header, now: FakeInstant(seconds: 9))
    #expect(header.action(now: FakeInstant(seconds: 10)) == .answerHeaderTimeout)
  }
}
