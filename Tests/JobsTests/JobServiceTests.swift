import Foundation
import Synchronization
import Testing

@testable import Jobs

@Suite("JobService: jobs", .timeLimit(.minutes(1)))
struct JobServiceTests {
  private static let wholeWay = """
    stage audit 0.1; stage split 0.2; stage features 0.3; stage head 0.4; stage evaluate 0.5; stage publish 0.6
    publish 1; stage fine-tune 0.7; stage evaluate 0.8; epoch 1; say '{"type":"log","message":"<b>hello</b>"}'
    stage publish 0.9; publish 2; stage report 0.95; : > features; finish 2
    """

  @Test("a job goes all the way; each version answers when it is there, and the last before the job is over")
  func succeeds() async throws {
    let fixture = try JobsFixture(plan: Self.wholeWay)
    let (service, dataset) = try await fixture.started()
    let queued = try await service.adapt(dataset, fineTune: true)
    #expect(queued.state == .queued && queued.attempt == 1 && queued.progress == 0)
    let job = try await service.end(queued.id)
    #expect(job.state == .succeeded && job.progress == 1 && job.problem == nil && job.attempt == 1)
    #expect(job.model == Job.Model(name: "a-model", version: "2"))
    #expect(fixture.loaded.map(\.version) == ["1", "2"])
    #expect(
      try await service.states(job.id) == [
        .queued, .preparing, .running, .evaluating, .publishing, .running, .evaluating, .publishing, .evaluating,
        .publishing, .succeeded,
      ])
    let events = try await service.events(of: job.id, after: 0)
    #expect(events.map(\.sequence) == Array(1...events.count))
    #expect(events.contains { $0.kind == .epoch && $0.json.contains(#""train_loss":0.5"#) })
    #expect(events.contains { $0.kind == .log && $0.json.contains("<b>hello</b>") })
    #expect(String(decoding: try await service.report(of: job.id, as: .json), as: UTF8.self) == #"{"accuracy":0.5}"#)
    #expect(String(decoding: try await service.report(of: job.id, as: .html), as: UTF8.self) == "<html>")
    #expect(Set(JobFolders.contents(of: fixture.folders.job(job.id))) == ["report.json", "report.html"])
    try await service.delete(job.id)
    #expect(JobFolders.contents(of: fixture.folders.jobs) == [])
    await #expect(throws: JobError.unknownJob(id: job.id)) { try await service.job(job.id) }
    await service.stop()
  }

  @Test("a version that was published early answers while the job still works")
  func loadsEarly() async throws {
    let fixture = try JobsFixture(plan: "publish 1; wait_for loaded; finish 1")
    let (service, dataset) = try await fixture.started(load: { _ in try fixture.mark("loaded") })
    let job = try await service.end(try await service.adapt(dataset).id)
    #expect(job.state == .succeeded)
    #expect(fixture.loaded.count == 1)
    await service.stop()
  }

  @Test("a model that cannot be loaded makes the job fail, and is named")
  func loadFails() async throws {
    struct Broken: Error {}
    let fixture = try JobsFixture(plan: "publish 1; finish 1")
    let (service, dataset) = try await fixture.started(load: { _ in throw Broken() })
    let job = try await service.end(try await service.adapt(dataset).id)
    #expect(job.state == .failed && job.model?.version == "1")
    #expect(job.problem?.contains("version 1 of a-model was made, but cannot be loaded") == true)
    await service.stop()
  }

  @Test("a name that somebody took while the job computed is told as to one who asks for it", arguments: [true, false])
  func nameTaken(_ isStillInUse: Bool) async throws {
    let words = #"the name "a-model" is in use: others made it; give another name with --name"#
    let fixture = try JobsFixture(plan: "stage publish 0.9; mark taken; fail '\(words)'")
    let service = try fixture.service(check: { request, classes in
      #expect(classes == ["cats", "dogs"])
      guard fixture.has("taken"), isStillInUse else { return }
      throw JobError.nameInUse(
        name: request.name ?? "", reason: #"others made it; choose another name, or set "new_version""#)
    })
    let dataset = try await service.addDataset().id
    try await service.start()
    let job = try await service.end(try await service.adapt(dataset).id)
    #expect(job.state == .failed)
    #expect(
      job.problem
        == (isStillInUse
          ? #"the name "a-model" is in use: others made it; choose another name, or set "new_version". That model came after "#
            + "the job was created: nothing is added to it, nor kept"
          : #"the name "a-model" is in use: others made it; give another name with name"#))
    await service.stop()
  }

  @Test("a job's problem names neither the server's folders nor options of the command line")
  func problemForClients() async throws {
    let fixture = try JobsFixture(
      plan: #"fail "$data has 31 images, fewer than a batch of 128; give a smaller batch size with --batch-size""#)
    let service = try fixture.service()
    let dataset = try await service.addDataset().id
    try await service.start()
    let job = try await service.end(try await service.adapt(dataset).id)
    #expect(
      job.problem
        == "the dataset has 31 images, fewer than a batch of 128; give a smaller batch size with batch_size")
    await service.stop()
  }

  @Test("photos of which too few can be used are refused before a job computes; training decides for itself")
  func unusable() async throws {
    let fixture = try JobsFixture()
    try fixture.write(
      #"say '{"images":3,"classes":[{"name":"a","images":3}],"audit":{"problem":"the class a has only 2 images"}}'"#,
      "audit")
    let service = try fixture.service()
    let dataset = try await service.addDataset().id
    await #expect(throws: JobError.unusableDataset(id: dataset, problem: "the class a has only 2 images")) {
      _ = try await service.adapt(dataset)
    }
    #expect(try await service.jobs().isEmpty)
    var training = JobRequest(kind: .train, dataset: dataset, name: "a-model")
    training.architecture = "lenet5"
    #expect(try await service.create(training).state == .queued)
    await service.stop()
  }

  @Test("a training job has epochs, progress and a report")
  func trains() async throws {
    let fixture = try JobsFixture(
      plan: """
        say '{"epoch":1,"train_loss":2}'; say '{"epoch":2,"train_loss":1}'
        say '{"done":true,"model":{"name":"digits","version":1,"directory":"x"},"test_accuracy":0.9}'
        """)
    let (service, dataset) = try await fixture.started()
    var request = JobRequest(kind: .train, dataset: dataset, name: "digits")
    (request.architecture, request.epochs) = ("lenet5", 2)
    let job = try await service.end(try await service.create(request).id)
    #expect(job.state == .succeeded && job.model == Job.Model(name: "digits", version: "1"))
    #expect(try await service.states(job.id) == [.queued, .preparing, .running, .publishing, .succeeded])
    let progress = try await service.events(of: job.id, after: 0).filter { $0.kind == .progress }.map(\.json)
    #expect(progress.count == 2 && progress[0].contains(#""progress":0.5"#))
    let report = String(decoding: try await service.report(of: job.id, as: .json), as: UTF8.self)
    #expect(report.contains(#""test_accuracy":0.9"#))
    await #expect(throws: JobError.noReport(id: job.id, state: JobPhase(state: .succeeded, desired: .running))) {
      try await service.report(of: job.id, as: .html)
    }
    await service.stop()
  }

  @Test(
    "a child that fails says why, and its folder goes",
    arguments: [
      (#"fail "photos: 2 classes are needed""#, "photos: 2 classes are needed"),
      ("exit 3", "the child ended with status 3"), ("stage audit 0.1", "the child ended without a result"),
      ("fail 'cannot write x: No space left on device'", "the disk is full: cannot write x"),
      ("head -c 17000000 /dev/zero; hang", "a line of more than 16777216 bytes"),
      ("finish 1 | sed s/report/ropert/; exit 0", "without a result"),
    ])
  func fails(_ plan: String, _ problem: String) async throws {
    let fixture = try JobsFixture(plan: plan)
    let (service, dataset) = try await fixture.started()
    let job = try await service.end(try await service.adapt(dataset).id)
    #expect(job.state == .failed && job.ended != nil)
    #expect(job.problem?.contains(problem) == true, "\(job.problem ?? "none")")
    #expect(JobFolders.contents(of: fixture.folders.jobs) == [])
    #expect(fixture.loaded.isEmpty)
    await service.stop()
  }

  @Test("a program that is not there is a clear problem")
  func noProgram() async throws {
    let fixture = try JobsFixture()
    let service = try fixture.service()
    let dataset = try await service.addDataset().id
    await service.stop()
    let broken = try fixture.service(changing: { $0.program = "/nowhere/convserve" })
    try await broken.start()
    let job = try await broken.end(try await broken.adapt(dataset).id)
    #expect(job.state == .failed && job.problem?.contains("/nowhere/convserve") == true, "\(job.problem ?? "none")")
    await broken.stop()
  }

  @Test("lines that are no messages do no harm, and are noted once")
  func nonsense() async throws {
    let fixture = try JobsFixture(
      plan: "say hello; say '[1]'; printf '\\000\\377\\n'; say '{\"type\":\"x\"}'; finish 1")
    let (service, dataset) = try await fixture.started()
    #expect(try await service.end(try await service.adapt(dataset).id).state == .succeeded)
    #expect(fixture.notes.count == 1 && fixture.notes[0].contains("hello"))
    await service.stop()
  }

  @Test("the child is idle, limited in memory, leads its own group, and has no keys")
  func surroundings() async throws {
    setenv("CONVSERVE_API_KEY", "secret", 1)
    let fixture = try JobsFixture(
      plan: """
        cat /proc/$$/stat > "$here/stat"; ulimit -d > "$here/limit"; env > "$here/env"; cat /proc/$$/oom_score_adj > "$here/oom"
        ionice -p $$ > "$here/io" 2>/dev/null; finish 1
        """)
    let (service, dataset) = try await fixture.started()
    #expect(try await service.end(try await service.adapt(dataset).id).state == .succeeded)
    let stat = try #require(fixture.text("stat")).split(separator: " ")
    #expect(stat[40] == "5")
    #expect(stat[0] == stat[4])
    #expect(fixture.text("limit") == "262144\n")
    #expect(fixture.text("oom") == "1000\n")
    #expect(fixture.text("io").map { $0.isEmpty || $0 == "idle\n" } == true)
    #expect(fixture.text("env")?.contains("secret") == false)
    #expect(fixture.text("env")?.contains("CONVSERVE_PARENT=\(getpid())") == true)
    await service.stop()
  }

  @Test("a child that takes more memory than it may ends, and the job fails")
  func memory() async throws {
    let fixture = try JobsFixture(plan: "x=0123456789; while :; do x=$x$x; done")
    let (service, dataset) = try await fixture.started(changing: { $0.childMemoryBytes = 32 << 20 })
    let job = try await service.end(try await service.adapt(dataset).id)
    #expect(job.state == .failed)
    await service.stop()
  }

  @Test("what somebody wants of a job that waits is done at once")
  func queuedWishes() async throws {
    let fixture = try JobsFixture()
    let service = try fixture.service()
    let dataset = try await service.addDataset().id
    let job = try await service.adapt(dataset)
    #expect(try await service.pause(job.id).state == .paused)
    #expect(try await service.pause(job.id).state == .paused)
    try await service.start()
    #expect(try await service.resume(job.id).attempt == 1)
    #expect(try await service.end(job.id).state == .succeeded)
    await #expect(
      throws: JobError.impossible(
        id: job.id, state: JobPhase(state: .succeeded, desired: .running), action: "cancelled")
    ) {
      try await service.cancel(job.id)
    }
    await service.stop()
  }

  private static let interruptible = """
    count_attempts; on_term 'exit 75'; stage features 0.3; epoch $attempt
    if [ $attempt = 1 ]; then hang; fi; cp attempts "$here"; finish 1
    """

  @Test("a pause is checkpoint and exit; resuming goes on from there")
  func pauses() async throws {
    let fixture = try JobsFixture(plan: Self.interruptible)
    let (service, dataset) = try await fixture.started()
    let id = try await service.adapt(dataset).id
    try await service.wait(id, .running)
    #expect(try await service.pause(id).desiredState == .paused)
    let paused = try await service.wait(id, .paused)
    #expect(paused.state == .paused && paused.ended == nil && paused.attempt == 1)
    #expect(try await service.resume(id).attempt == 2)
    #expect(try await service.end(id).state == .succeeded)
    #expect(fixture.text("attempts") == "2\n")
    await service.stop()
  }

  @Test("a pause that is taken back before the child has ended lets the job go on")
  func takesBack() async throws {
    let fixture = try JobsFixture(
      plan:
        "count_attempts; on_term 'mark told; wait_for go; exit 75'; stage head 0.3; [ $attempt = 1 ] && hang; finish 1")
    let (service, dataset) = try await fixture.started(timing: JobTiming(progressInterval: .zero))
    let id = try await service.adapt(dataset).id
    try await service.wait(id, .running)
    _ = try await service.pause(id)
    #expect(try await service.resume(id).desiredState == .running)
    try fixture.mark("go")
    let job = try await service.end(id)
    #expect(job.state == .succeeded && job.attempt == 2)
    await service.stop()
  }

  @Test("a child that does not listen is killed, and its checkpoint counts")
  func ignoresPause() async throws {
    let fixture = try JobsFixture(
      plan: "count_attempts; on_term ''; stage head 0.3; [ $attempt = 1 ] && hang; cp attempts \"$here\"; finish 1")
    let (service, dataset) = try await fixture.started()
    let id = try await service.adapt(dataset).id
    try await service.wait(id, .running)
    _ = try await service.pause(id)
    try await service.wait(id, .paused)
    _ = try await service.resume(id)
    #expect(try await service.end(id).state == .succeeded)
    #expect(fixture.text("attempts") == "2\n")
    await service.stop()
  }

  @Test("cancelling leaves nothing behind", arguments: ["on_term 'exit 75'", "on_term ''", "on_term 'finish 1'", ":"])
  func cancels(_ trap: String) async throws {
    let fixture = try JobsFixture(plan: "\(trap); : > big; stage head 0.3; hang")
    let (service, dataset) = try await fixture.started()
    let id = try await service.adapt(dataset).id
    try await service.wait(id, .running)
    #expect(JobFolders.contents(of: fixture.folders.job(id)).contains("big"))
    _ = try await service.cancel(id)
    // One that takes its time is still there; the others may be gone already.
    if trap == "on_term ''" { await #expect(throws: JobError.self) { try await service.delete(id) } }
    let job = try await service.end(id)
    #expect(job.state == .cancelled && job.problem == nil)
    // Where a version was published, its report stays.
    #expect(JobFolders.contents(of: fixture.folders.jobs) == (job.model == nil ? [] : [id]))
    #expect(!JobFolders.contents(of: fixture.folders.job(id)).contains("big"))
    #expect(fixture.loaded.isEmpty)
    await service.stop()
  }

  @Test(
    "a version that was published keeps its report and goes on answering, however the job ends",
    arguments: [("hang", JobState.cancelled), ("fail 'it diverged'", .failed)])
  func keepsReport(_ rest: String, _ state: JobState) async throws {
    let fixture = try JobsFixture(
      plan: "stage head 0.3; : > big; printf first >report.json; printf page >report.html; publish 1; \(rest)")
    let (service, dataset) = try await fixture.started()
    let id = try await service.adapt(dataset, fineTune: true).id
    if state == .cancelled {
      try await service.wait(id, .publishing)
      #expect(try await service.report(of: id, as: .json) == Array("first".utf8))
      _ = try await service.cancel(id)
    }
    let job = try await service.end(id)
    #expect(job.state == state && job.model?.version == "1")
    #expect(fixture.loaded.map(\.version) == ["1"])
    await service.stop()
    // Also after the start of another server, which deletes what nobody needs.
    let next = try fixture.service()
    #expect(try await next.report(of: id, as: .json) == Array("first".utf8))
    #expect(try await next.report(of: id, as: .html) == Array("page".utf8))
    #expect(Set(JobFolders.contents(of: fixture.folders.job(id))) == ["report.json", "report.html"])
    try await next.delete(id)
    #expect(JobFolders.contents(of: fixture.folders.jobs) == [])
    await next.stop()
  }

  @Test(
    "a failure of training that meets a pause is a failure",
    arguments: [("exit 75", JobState.paused), ("fail diverged", .failed)])
  func failsWhilePausing(_ trap: String, _ state: JobState) async throws {
    let fixture = try JobsFixture(plan: "on_term \"\(trap)\"; say '{\"epoch\":1}'; hang")
    let (service, dataset) = try await fixture.started()
    var request = JobRequest(kind: .train, dataset: dataset, name: "digits")
    request.architecture = "lenet5"
    let id = try await service.create(request).id
    try await service.wait(id, .running)
    _ = try await service.pause(id)
    #expect(try await service.wait(id, state).problem == (state == .failed ? "diverged" : nil))
    await service.stop()
  }

  @Test("what a job is about to come to is told where it refuses something")
  func phases() async throws {
    let fixture = try JobsFixture(plan: "on_term 'mark told; wait_for go; exit 75'; stage head 0.3; hang")
    let (service, dataset) = try await fixture.started(timing: JobTiming(progressInterval: .zero))
    let id = try await service.adapt(dataset).id
    try await service.wait(id, .running)
    _ = try await service.cancel(id)
    let error = await #expect(throws: JobError.self) { try await service.resume(id) }
    #expect(error.map { "\($0)" } == "the job \(id) is cancelling: it cannot be resumed")
    try fixture.mark("go")
    #expect(try await service.end(id).state == .cancelled)
    await service.stop()
  }

  @Test(
    "a training job that is given up leaves no checkpoint to the next one of its name, but touches none that is not its own",
    arguments: [("say '{\"epoch\":1}'", false), ("stage train 0", true), ("say '{\"epoch\":1}'; fail diverged", false)])
  func checkpoints(_ plan: String, _ isKept: Bool) async throws {
    let fixture = try JobsFixture(plan: "\(plan); hang")
    let checkpoint = fixture.root + "/models/.training/digits"
    try FileManager.default.createDirectory(atPath: checkpoint, withIntermediateDirectories: true)
    let (service, dataset) = try await fixture.started()
    var request = JobRequest(kind: .train, dataset: dataset, name: "digits")
    request.architecture = "lenet5"
    let id = try await service.create(request).id
    for await event in try await service.eventStream(of: id, after: 0) where event.kind == .progress { break }
    _ = try? await service.cancel(id)
    #expect(try await service.end(id).state.isOver)
    #expect(FileManager.default.fileExists(atPath: checkpoint) == isKept)
    await service.stop()
  }

  @Test("a child that was killed is begun again")
  func killed() async throws {
    let fixture = try JobsFixture(
      plan: "count_attempts; stage head 0.$attempt; [ $attempt -lt 9 ] && kill -9 $$; finish 1")
    let (service, dataset) = try await fixture.started()
    let job = try await service.end(try await service.adapt(dataset).id)
    #expect(job.state == .succeeded && job.attempt == 9)
    await service.stop()
  }

  @Test("a child that comes no further, again and again, makes the job fail")
  func fruitless() async throws {
    let fixture = try JobsFixture(plan: "count_attempts; cp attempts \"$here\"; stage head 0.5; kill -9 $$")
    let (service, dataset) = try await fixture.started(changing: { $0.maximumFruitlessAttempts = 2 })
    let job = try await service.end(try await service.adapt(dataset).id)
    #expect(job.state == .failed && job.problem?.contains("signal 9") == true)
    // The first came further than nothing; three more came no further.
    #expect(fixture.text("attempts") == "4\n")
    await service.stop()
  }

  @Test("when the server stops, the child keeps a checkpoint, and the job goes on at the next start")
  func stops() async throws {
    let fixture = try JobsFixture(plan: Self.interruptible)
    let (first, dataset) = try await fixture.started()
    let id = try await first.adapt(dataset).id
    try await first.wait(id, .running)
    await first.stop()
    #expect(try await first.job(id).state == .running)
    await #expect(throws: JobError.stopping) { try await first.adapt(dataset) }
    let second = try fixture.service()
    #expect(try await second.job(id).state == .queued)
    try await second.start()
    let job = try await second.end(id)
    #expect(job.state == .succeeded && job.attempt == 2)
    #expect(fixture.text("attempts") == "2\n")
    await second.stop()
  }

  @Test("one job at a time, in the order in which they came")
  func oneAtATime() async throws {
    let fixture = try JobsFixture(
      plan: """
        if [ -e "$here/busy" ]; then fail two; fi
        mark busy; echo $name >> "$here/order"; sleep 0.05; rm "$here/busy"; finish 1
        """)
    let (service, dataset) = try await fixture.started()
    var ids: [String] = []
    for name in ["c", "a", "b"] { ids.append(try await service.adapt(dataset, name: name).id) }
    for id in ids { #expect(try await service.end(id).state == .succeeded) }
    #expect(fixture.text("order") == "c\na\nb\n")
    await service.stop()
  }

  @Test("requests are refused where they cannot be done")
  func refusals() async throws {
    let fixture = try JobsFixture(plan: "hang")
    let service = try fixture.service(
      check: { request, classes in
        #expect(classes == ["cats", "dogs"])
        if request.name == "taken" { throw JobError.nameInUse(name: "taken", reason: "x") }
      }, changing: { $0.maximumOpenJobs = 2 })
    let dataset = try await service.addDataset().id
    await #expect(throws: JobError.unknownDataset(id: "x")) { try await service.adapt("x") }
    await #expect(throws: JobError.nameInUse(name: "taken", reason: "x")) {
      try await service.adapt(dataset, name: "taken")
    }
    var request = JobRequest(kind: .adapt, dataset: dataset, name: "m")
    request.base = "other"
    await #expect(throws: JobError.unknownBase(name: "other", known: ["a-base"])) { try await service.create(request) }
    let first = try await service.adapt(dataset)
    await #expect(throws: JobError.self) { try await service.adapt(dataset) }
    await #expect(throws: JobError.datasetInUse(id: dataset, job: first.id)) {
      try await service.deleteDataset(dataset)
    }
    _ = try await service.adapt(dataset, name: "second")
    await #expect(throws: JobError.tooManyJobs(limit: 2)) { try await service.adapt(dataset, name: "third") }
    for id in ["nothing", "../jobs", ""] {
      await #expect(throws: JobError.unknownJob(id: id)) { try await service.job(id) }
      await #expect(throws: JobError.unknownJob(id: id)) { try await service.pause(id) }
      await #expect(throws: JobError.unknownJob(id: id)) { try await service.report(of: id, as: .json) }
      await #expect(throws: JobError.unknownJob(id: id)) { _ = try await service.eventStream(of: id, after: 0) }
    }
    await #expect(throws: JobError.noReport(id: first.id, state: JobPhase(state: .queued, desired: .running))) {
      try await service.report(of: first.id, as: .json)
    }
    await #expect(
      throws: JobError.impossible(id: first.id, state: JobPhase(state: .queued, desired: .running), action: "deleted")
    ) {
      try await service.delete(first.id)
    }
    await service.stop()
  }

  @Test("a dataset whose files are gone makes the job fail, and says so")
  func datasetVanishes() async throws {
    let fixture = try JobsFixture()
    let service = try fixture.service()
    let dataset = try await service.addDataset().id
    let job = try await service.adapt(dataset)
    try FileManager.default.removeItem(atPath: fixture.folders.dataset(dataset))
    try await service.start()
    #expect(try await service.end(job.id).problem == "the files of the dataset \(dataset) are gone")
    await service.stop()
  }
}
