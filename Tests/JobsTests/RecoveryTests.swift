import Foundation
import GRDB
import Testing

@testable import Jobs

@Suite("Recovery", .timeLimit(.minutes(1)))
struct RecoveryTests {
  private static let server = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "JobServer").path

  /// A server of its own, whose children follow the plan.
  private func serve(_ fixture: JobsFixture, _ program: [String]? = nil) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: Self.server)
    process.arguments = ["serve", fixture.directory] + (program ?? ["/bin/sh", fixture.root + "/child.sh"])
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func kill(_ process: Process) {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private func until(_ isTrue: () throws -> Bool) async throws {
    while try !isTrue() { try await Task.sleep(for: .milliseconds(10)) }
  }

  /// A directory with a job that waits.
  private func prepared(_ plan: String) async throws -> (JobsFixture, id: String) {
    let fixture = try JobsFixture(plan: plan)
    let service = try fixture.service()
    let id = try await service.adapt(try await service.addDataset().id).id
    await service.stop()
    return (fixture, id)
  }

  @Test("a server that is killed loses no job, and the child that outlived it is ended before another begins")
  func serverKilled() async throws {
    let (fixture, id) = try await prepared(
      """
      count_attempts; if [ $attempt = 1 ]; then stage head 0.3; echo $$ > "$here/started"; hang; fi
      first=/proc/$(cat "$here/started")/stat
      [ -e $first ] && ! grep -q ') Z ' $first && fail "the first child still works"
      cp attempts "$here"; finish 1
      """)
    let process = try serve(fixture)
    try await until { fixture.text("started")?.hasSuffix("\n") == true }
    kill(process)
    let child = try #require(Int32(fixture.text("started")!.dropLast()))
    #expect(ProcessIdentity(of: child)?.isAlive == true)
    let service = try fixture.service()
    #expect(ProcessIdentity(of: child)?.isAlive != true)
    #expect(fixture.notes.contains { $0.contains("outlived") })
    let waiting = try await service.job(id)
    #expect(waiting.state == .queued && waiting.attempt == 2)
    try await service.start()
    let job = try await service.end(id)
    #expect(job.state == .succeeded && job.attempt == 2, "\(job)")
    #expect(fixture.text("attempts") == "2\n")
    let events = try await service.events(of: id, after: 0)
    #expect(events.map(\.sequence) == Array(1...events.count))
    await service.stop()
  }

  @Test("a child that watches its server ends with it")
  func childEndsWithServer() async throws {
    let (fixture, id) = try await prepared("")
    let process = try serve(fixture, [Self.server, "child"])
    let file = fixture.folders.job(id) + "/child"
    try await until { FileManager.default.fileExists(atPath: file) }
    let child = try #require(ProcessIdentity(of: Int32(try String(contentsOfFile: file, encoding: .utf8))!))
    kill(process)
    try await until { !child.isAlive }
  }

  /// Kills servers while a child is there that comes no further.
  private func killServers(_ count: Int, _ fixture: JobsFixture) async throws {
    for _ in 0..<count {
      let process = try serve(fixture)
      try await until { fixture.text("started")?.hasSuffix("\n") == true }
      kill(process)
      try FileManager.default.removeItem(atPath: fixture.root + "/started")
    }
  }

  @Test("servers that are killed do not count against the job, only what its children do")
  func deathsOfServers() async throws {
    let (fixture, id) = try await prepared("echo $$ > \"$here/started\"; hang")
    try await killServers(3, fixture)
    try fixture.set(plan: "kill -9 $$")
    let service = try fixture.service(changing: { $0.maximumFruitlessAttempts = 1 })
    #expect(try await service.job(id).state == .queued)
    try await service.start()
    let job = try await service.end(id)
    // Three servers, then two children, of which the second is one too many.
    #expect(job.state == .failed && job.attempt == 5 && job.problem?.contains("signal 9") == true, "\(job)")
    await service.stop()
  }

  @Test("a job that no server outlives waits until somebody resumes it; nothing of it is lost, and it goes on")
  func waitsForSomebody() async throws {
    let (fixture, id) = try await prepared("echo $$ > \"$here/started\"; echo kept > checkpoint; hang")
    try await killServers(2, fixture)
    let service = try fixture.service(changing: { $0.maximumServerDeaths = 1 })
    let job = try await service.job(id)
    #expect(job.state == .paused && job.desiredState == .paused && job.problem == nil, "\(job)")
    let last = try #require(try await service.events(of: id, after: 0).last)
    #expect(last.json.contains("2 servers in a row ended without warning"), "\(last.json)")
    try fixture.set(plan: "[ -e checkpoint ] && finish 1; fail 'no checkpoint'")
    try await service.start()
    _ = try await service.resume(id)
    #expect(try await service.end(id).state == .succeeded)
    await service.stop()
  }

  @Test("a server that stops as it should is no death, however often")
  func stops() async throws {
    let (fixture, id) = try await prepared("on_term 'exit 75'; echo $$ > \"$here/started\"; hang")
    for _ in 0..<3 {
      let service = try fixture.service(changing: { $0.maximumServerDeaths = 0 })
      try await service.start()
      try await until { fixture.text("started")?.hasSuffix("\n") == true }
      await service.stop()
      try FileManager.default.removeItem(atPath: fixture.root + "/started")
    }
    let service = try fixture.service(changing: { $0.maximumServerDeaths = 0 })
    #expect(try await service.job(id).state == .queued)
    await service.stop()
  }

  @Test(
    "what was wanted of a job whose server was killed is done at the start",
    arguments: [(DesiredState.paused, JobState.paused), (.cancelled, .cancelled), (.running, .queued)],
    JobState.allCases.filter(\.hasChild))
  func wishes(_ wish: (desired: DesiredState, state: JobState), _ state: JobState) async throws {
    let (fixture, id) = try await prepared("finish 1")
    // A process that is not this child: of another boot, and with a number that is somebody else's.
    _ = try output(
      of: "sqlite3",
      [
        fixture.folders.database,
        """
        UPDATE jobs SET state = '\(state.rawValue)', desired = '\(wish.desired.rawValue)', childID = \(getpid()),
        childStart = '1', childBoot = '\(ProcessIdentity.currentBoot)'
        """,
      ])
    let service = try fixture.service()
    #expect(try await service.job(id).state == wish.state)
    await service.stop()
  }

  @Test("a process is known by its number, its start and the machine's boot")
  func identity() throws {
    let own = try #require(ProcessIdentity(of: getpid()))
    #expect(own.isAlive)
    #expect(!ProcessIdentity(id: own.id, start: own.start + "0", boot: own.boot).isAlive)
    #expect(!ProcessIdentity(id: own.id, start: own.start, boot: "another").isAlive)
    #expect(ProcessIdentity(of: Int32.max) == nil)
    #expect(ProcessIdentity(id: own.id, start: "0", boot: own.boot).kill(within: .zero))
  }

  @Test(
    "a full disk makes the job fail, and the next one finds room and a sound database",
    .enabled(if: Self.canMount, "needs to mount a file system"))
  func fullDisk() async throws {
    let fixture = try JobsFixture(
      plan:
        "[ $name = first ] && { stage features 0.3; cat /dev/zero > big 2>/dev/null; fail \"big: No space left on device\"; }; finish 1"
    )
    try FileManager.default.createDirectory(atPath: fixture.directory, withIntermediateDirectories: true)
    let text = try output(
      of: "unshare",
      [
        "-m", "sh", "-c",
        """
        mount -t tmpfs -o size=2m none "$1" && "$2" full "$1" /bin/sh "$3" && sqlite3 "$1/jobs.sqlite" 'PRAGMA integrity_check'
        """, "sh", fixture.directory, Self.server, fixture.root + "/child.sh",
      ])
    #expect(text == "failed the disk is full: big: No space left on device\nsucceeded -\nok\n")
  }

  private static let canMount: Bool = {
    (try? output(of: "unshare", ["-m", "sh", "-c", "mount -t tmpfs none /mnt && echo yes"])) == "yes\n"
  }()
}
