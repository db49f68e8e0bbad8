import Foundation
import Testing

@testable import Jobs

/// Jobs of the kind `search`, with a child that follows a plan.
@Suite struct SearchJobTests {
  /// A search of two trials: the child pauses once, when it is asked to.
  private static let searching = """
    count_attempts
    say '{"event":"began","trials":2,"progress":0}'
    if [ $attempt = 1 ]; then
      say '{"event":"trial","trial":0,"line":{"event":"epoch","epoch":1},"progress":0.25,"seconds_left":3}'
      printf '{"trials":1}' >report.json
      on_term 'exit 75'; mark halfway; hang
    fi
    say '{"event":"result","trial":0,"result":{},"message":"trial 0: accuracy 50 % after 2 epochs, the best so far"}'
    cp space.json "$here/space"
    printf '{"trials":2}' >report.json
    printf '<html>' >report.html
    : >decisions.jsonl
    """

  @Test("a search without a name has epochs, progress, a report while it is paused and at its end, and no model")
  func searches() async throws {
    let fixture = try JobsFixture(plan: Self.searching + "\nsay '{\"event\":\"done\",\"best\":{\"trial\":0}}'")
    let (service, dataset) = try await fixture.started()
    var request = JobRequest(kind: .search, dataset: dataset, name: nil)
    request.space = .object(["trials": .integer(2)])
    let id = try await service.create(request).id
    await fixture.comes("halfway")
    _ = try await service.pause(id)
    try await service.wait(id, .paused)
    #expect(String(decoding: try await service.report(of: id, as: .json), as: UTF8.self) == #"{"trials":1}"#)
    _ = try await service.resume(id)
    let job = try await service.end(id)
    #expect(job.state == .succeeded && job.model == nil && job.problem == nil && job.request.name == nil)
    #expect(
      try await service.states(id)
        == [.queued, .preparing, .running, .paused, .queued, .preparing, .running, .publishing, .succeeded])
    let events = try await service.events(of: id, after: 0).map(\.json)
    #expect(events.contains { $0.contains(#""trial":0"#) && $0.contains(#""type":"epoch""#) })
    #expect(events.contains { $0.contains(#""progress":0.25"#) && $0.contains(#""stage":"search""#) })
    #expect(events.contains { $0.contains("the best so far") })
    #expect(fixture.text("space") == #"{"trials":2}"#)
    #expect(String(decoding: try await service.report(of: id, as: .json), as: UTF8.self) == #"{"trials":2}"#)
    #expect(String(decoding: try await service.report(of: id, as: .html), as: UTF8.self) == "<html>")
    #expect(fixture.files(of: id) == ["report.html", "report.json"])
    #expect(fixture.loaded.isEmpty)
    await service.stop()
  }

  @Test("a search with a name makes a model; two without one are no other's business")
  func searchesForModel() async throws {
    let done = #"{"event":"done","best":{"trial":0},"model":{"name":"digits","version":1}}"#
    let fixture = try JobsFixture(plan: "say '\(done)'")
    let (service, dataset) = try await fixture.started()
    var request = JobRequest(kind: .search, dataset: dataset, name: "digits")
    request.space = .object([:])
    let job = try await service.end(try await service.create(request).id)
    #expect(job.state == .succeeded && job.model == Job.Model(name: "digits", version: "1"))
    #expect(fixture.loaded == [Job.Model(name: "digits", version: "1")])
    request.name = nil
    let ids = [try await service.create(request).id, try await service.create(request).id]
    for id in ids { _ = try await service.end(id) }
    await service.stop()
  }

  @Test("a search in which no trial has a result fails, and its report says why; one that is cancelled leaves nothing")
  func searchesInVain() async throws {
    let fixture = try JobsFixture(
      plan: """
        printf '{}' >report.json; : >decisions.jsonl
        [ -e "$here/fails" ] && fail 'no trial has a result'
        mark there; hang
        """)
    try fixture.write("", "fails")
    let (service, dataset) = try await fixture.started()
    var request = JobRequest(kind: .search, dataset: dataset, name: nil)
    request.space = .object([:])
    let failed = try await service.end(try await service.create(request).id)
    #expect(failed.state == .failed && failed.problem == "no trial has a result")
    #expect(String(decoding: try await service.report(of: failed.id, as: .json), as: UTF8.self) == "{}")
    #expect(fixture.files(of: failed.id) == ["report.json"])

    try FileManager.default.removeItem(atPath: fixture.root + "/fails")
    let id = try await service.create(request).id
    await fixture.comes("there")
    _ = try await service.cancel(id)
    #expect(try await service.end(id).state == .cancelled)
    #expect(fixture.files(of: id).isEmpty)
    await #expect(throws: JobError.self) { try await service.report(of: id, as: .json) }
    await service.stop()
  }
}

extension JobsFixture {
  /// Returns when the child has made its mark.
  fileprivate func comes(_ mark: String) async {
    while !has(mark) { try? await Task.sleep(for: .milliseconds(10)) }
  }

  fileprivate func files(of id: String) -> [String] { JobFolders.contents(of: folders.job(id)).sorted() }
}
