import Foundation
import Testing

@testable import Jobs

@Suite("JobMachine")
struct JobMachineTests {
  @Test("three states are the last")
  func ends() {
    #expect(JobState.allCases.filter(\.isOver) == [.succeeded, .failed, .cancelled])
  }

  @Test("every row of the table is what happens", arguments: JobTransition.table)
  func walks(_ row: JobTransition) {
    var machine = JobMachine(state: row.from)
    let moved = machine.handle(row.event)
    #expect(moved)
    #expect(machine.state == row.to)
  }

  @Test("what is not in the table changes nothing", arguments: JobState.allCases)
  func refuses(_ state: JobState) {
    for event in JobTransition.Event.allCases
    where !JobTransition.table.contains(where: { $0.from == state && $0.event == event }) {
      var machine = JobMachine(state: state, desired: .paused)
      let moved = machine.handle(event)
      #expect(!moved)
      #expect(machine == JobMachine(state: state, desired: .paused))
    }
  }

  @Test("every state is reached and left but the first and the last ones, and no event leads two ways")
  func complete() {
    let table = JobTransition.table
    #expect(Set(table.map(\.to)) == Set(JobState.allCases))
    #expect(Set(table.map(\.from)) == Set(JobState.allCases.filter { !$0.isOver }))
    #expect(Set(table.map(\.event)) == Set(JobTransition.Event.allCases))
    for row in table { #expect(table.count { $0.from == row.from && $0.event == row.event } == 1) }
  }

  @Test("docs/architecture.md shows the table")
  func documented() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let text = try String(contentsOf: root.appending(path: "docs/architecture.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.contains(" == ") && $0.contains(" ==> ") }
    let documented = rows.map { $0.split(separator: " ").prefix(5).map(String.init) }
    #expect(documented == JobTransition.table.map { ["\($0.from)", "==", "\($0.event)", "==>", "\($0.to)"] })
  }

  @Test(
    "a wish is carried out at once where no child works",
    arguments: [
      (.queued, .pause, .moved, .paused), (.queued, .resume, .unchanged, .queued),
      (.queued, .cancel, .moved, .cancelled),
      (.paused, .pause, .unchanged, .paused), (.paused, .resume, .moved, .queued),
      (.paused, .cancel, .moved, .cancelled),
      (.cancelled, .cancel, .unchanged, .cancelled), (.cancelled, .resume, .impossible, .cancelled),
      (.succeeded, .cancel, .impossible, .succeeded), (.failed, .pause, .impossible, .failed),
    ] as [(JobState, JobMachine.Action, JobMachine.Answer, JobState)])
  func asksResting(_ state: JobState, _ action: JobMachine.Action, _ answer: JobMachine.Answer, _ next: JobState) {
    var machine = JobMachine(state: state)
    let given = machine.ask(action)
    #expect(given == answer)
    #expect(machine.state == next)
  }

  @Test(
    "where a child works, the wish waits for its end", arguments: JobState.allCases.filter(\.hasChild),
    [
      (.running, .pause, .wished, .paused), (.running, .resume, .unchanged, .running),
      (.running, .cancel, .wished, .cancelled), (.paused, .resume, .wished, .running),
      (.paused, .cancel, .wished, .cancelled), (.cancelled, .resume, .impossible, .cancelled),
      (.cancelled, .pause, .impossible, .cancelled), (.cancelled, .cancel, .unchanged, .cancelled),
    ] as [(DesiredState, JobMachine.Action, JobMachine.Answer, DesiredState)])
  func asksWorking(
    _ state: JobState,
    _ row: (wish: DesiredState, action: JobMachine.Action, answer: JobMachine.Answer, then: DesiredState)
  ) {
    var machine = JobMachine(state: state, desired: row.wish)
    let given = machine.ask(row.action)
    #expect(given == row.answer)
    #expect(machine == JobMachine(state: state, desired: row.then))
  }

  @Test(
    "the end of a child means what somebody wanted, and else what it says",
    arguments: [
      (.running, .completed, true, .completed), (.running, .failed, true, .broken),
      (.running, .interrupted, true, .interrupted), (.running, .interrupted, false, .broken),
      (.paused, .completed, true, .completed), (.paused, .failed, true, .broken),
      (.paused, .interrupted, false, .paused),
      (.running, .orphaned, true, .interrupted), (.running, .orphaned, false, .paused),
      (.paused, .orphaned, true, .paused), (.cancelled, .orphaned, true, .cancelled),
      (.cancelled, .completed, true, .cancelled), (.cancelled, .failed, true, .cancelled),
      (.cancelled, .interrupted, false, .cancelled),
    ] as [(DesiredState, JobMachine.ChildEnd, Bool, JobTransition.Event)])
  func ends(_ wish: DesiredState, _ end: JobMachine.ChildEnd, _ mayTryAgain: Bool, _ event: JobTransition.Event) {
    #expect(JobMachine(state: .running, desired: wish).event(at: end, mayTryAgain: mayTryAgain) == event)
  }
}
