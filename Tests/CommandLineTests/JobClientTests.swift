import Foundation
import HTTPCore
import TestSupport
import Testing

@testable import convserve

/// What `convserve jobs` is made of.
@Suite("convserve jobs")
struct JobClientTests {
  @Test(
    "a server's URL has a host, and a path where a proxy has one",
    arguments: [
      ("http://127.0.0.1:8080", "127.0.0.1", 8080, false, "/v1/jobs"),
      ("https://a.example", "a.example", 443, true, "/v1/jobs"),
      ("http://[::1]:9/", "::1", 9, false, "/v1/jobs"),
      ("HTTPS://a.example/photos/", "a.example", 443, true, "/photos/v1/jobs"),
    ])
  func urls(_ text: String, _ host: String, _ port: Int, _ isSecure: Bool, _ target: String) throws {
    let url = try #require(ServerURL(argument: text))
    #expect((url.host, url.port, url.isSecure) == (host, port, isSecure))
    #expect(url.target("/v1/jobs") == target)
  }

  @Test(
    "what is no server's URL is refused",
    arguments: [
      "", "a.example", "ftp://a.example", "http://", "http://key@a.example", "http://a.example?x", "http://a#b",
    ])
  func noURL(_ text: String) {
    #expect(ServerURL(argument: text) == nil)
  }

  @Test(
    "an id that would be another path is refused", arguments: ["", ".", "..", "a/b", "a?b", "a%2Fb", "a b", "ä", "a#b"])
  func noID(_ text: String) {
    #expect(RemoteID(argument: text) == nil)
  }

  @Test("events are read whole or byte by byte, comments and unknown fields passed over", arguments: [1, 3, 1000])
  func events(piece: Int) {
    let text =
      "retry: 2000\n\n: still here\n\nid: 1\nevent: state\ndata: {\"a\":1}\n\nid:2\r\ndata: x\r\ndata: y\r\nz: 1\r\n\r\n"
      + "event: done\ndata: {}\n\nid: 3\ndata: cut off"
    var parser = EventParser()
    var events: [EventParser.Event] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      events += parser.read(Array(bytes[start..<min(start + piece, bytes.count)]))
    }
    #expect(
      events == [
        .init(id: "1", name: "state", data: "{\"a\":1}"), .init(id: "2", name: "message", data: "x\ny"),
        .init(id: "2", name: "done", data: "{}"),
      ])
  }

  @Test("a folder goes out as a form of as many bytes as announced, with each photo under its class")
  func form() throws {
    let folder = try TemporaryFolder()
    var photos = ["cats/a \"b\".jpg": "one", "cats/2.jpg": "", "dogs/1.jpg": "three", "dogs/old/small/1.jpg": "four"]
    for (name, text) in photos { try folder.write(text, to: name) }
    // What no header can hold.
    try folder.write("five", to: "cats/a\u{1}\r\n\\b.jpg")
    photos["cats/a____b.jpg"] = "five"
    try folder.write("left out", to: "cats/Thumbs.db")
    try folder.write("left out", to: "cats/.DS_Store")
    try folder.write("left out", to: "notes.txt")
    let form = try PhotoForm(folder: folder.url)
    var body: [UInt8] = []
    try form.send { body += $0 }
    #expect(body.count == form.length)
    let parts = try Multipart(contentType: try MediaType(form.contentType)).parts(of: body[...])
    let sent = Dictionary(
      uniqueKeysWithValues: parts.map { ($0.filename ?? "", String(decoding: $0.body, as: UTF8.self)) })
    #expect(sent == photos)
  }

  @Test("a folder with folders for training and test goes out as it is; links that lead in circles are refused")
  func split() throws {
    let folder = try TemporaryFolder()
    for name in ["train/cats/1.jpg", "train/dogs/1.jpg", "test/cats/1.jpg"] { try folder.write("x", to: name) }
    let form = try PhotoForm(folder: folder.url)
    var body: [UInt8] = []
    try form.send { body += $0 }
    let parts = try Multipart(contentType: try MediaType(form.contentType)).parts(of: body[...])
    #expect(parts.compactMap(\.filename).sorted() == ["test/cats/1.jpg", "train/cats/1.jpg", "train/dogs/1.jpg"])
    try FileManager.default.createSymbolicLink(
      at: folder.url.appendingPathComponent("train/cats/again"), withDestinationURL: folder.url)
    #expect(throws: PhotoForm.Failure.self) { try PhotoForm(folder: folder.url) }
  }

  @Test(
    "a job that is about to end or to pause is shown so",
    arguments: [
      ("running", "cancelled", "cancelling"), ("publishing", "paused", "pausing"), ("paused", "paused", "paused"),
      ("cancelled", "cancelled", "cancelled"), ("running", "running", "running"), ("dreaming", "running", "dreaming"),
    ])
  func phases(_ state: String, _ desired: String, _ shown: String) throws {
    let json =
      #"{"id": "j", "kind": "adapt", "state": "\#(state)", "desired_state": "\#(desired)", "progress": 0.5, "#
      + #""created": "2026-01-01T00:00:00.000Z", "request": {"name": "birds", "base": "ten"}}"#
    let job = try RemoteJob(json: json.utf8)
    #expect(job.standing.phase == shown && job.words.contains(shown))
  }

  @Test("what a job told while nobody watched is shown with the state and the time that it had then")
  func replay() throws {
    var job = WatchedJob()
    var lines: [WatchedJob.Line?] = []
    for (minute, name, members) in [
      (0, "state", #""state": "queued", "desired_state": "running""#),
      (1, "state", #""state": "preparing", "desired_state": "running""#),
      (2, "progress", #""stage": "audit", "progress": 0.25, "seconds_left": 12"#),
      (3, "log", #""message": "left out: notes.txt""#), (4, "epoch", #""epoch": 1"#),
      (5, "state", #""state": "queued", "desired_state": "running", "reason": "the server was started again""#),
      (6, "state", #""state": "running", "desired_state": "cancelled""#),
    ] {
      let data = #"{"seq": 1, "time": "2026-11-30T17:0\#(minute):00.123Z", \#(members)}"#
      lines.append(try job.hear(.init(id: "1", name: name, data: data)))
    }
    #expect(
      lines == [
        .passing("2026-11-30T17:00:00Z queued 0 %"), .passing("2026-11-30T17:01:00Z preparing 0 %"),
        .passing("2026-11-30T17:02:00Z preparing audit 25 %, 12 s left"),
        .lasting("2026-11-30T17:03:00Z preparing audit: left out: notes.txt"), nil,
        .lasting("2026-11-30T17:05:00Z queued audit: the server was started again"),
        .passing("2026-11-30T17:06:00Z cancelling audit 25 %"),
      ])
  }

  @Test("an error has the problem's title before its detail, and says options for members")
  func errors() {
    let error = ClientError.refused(status: 409, title: "Nothing may be added", detail: "the name is in use")
    #expect("\(error)" == "Nothing may be added: the name is in use (status 409)")
    for (detail, shown) in [
      (#""batch_size" is out of range"#, "--batch-size is out of range"),
      (
        #"the name "seed" is in use: choose another, or set "new_version" to add"#,
        #"the name "seed" is in use: choose another, or give --new-version to add"#
      ),
      (#""kind" is no kind"#, #""kind" is no kind"#),
    ] {
      #expect(JobBody.withOptions(detail) == shown)
    }
  }

  @Test("after an upload what is wrong with the photos is told; a server of another version may know more")
  func uploaded() throws {
    let json = { (audit: String) in
      Data(
        (#"{"id": "d", "images": 7, "classes": [{"name": "cats", "images": 4}, {"name": "dogs", "images": 3}], "audit": "#
          + audit + #", "ignored_files": {"count": 0, "examples": []}, "renamed_files": "#
          + #"{"count": 2, "examples": ["cats/1.jpg: another file has that name, so it is kept as 1~2.jpg"]}}"#).utf8)
    }
    let audit =
      #"{"problem": "too few", "unreadable": ["cats/2.jpg"], "unreadable_reasons": {"cats/2.jpg": "it is empty"}, "duplicates": [], "#
      + #""contradictions": [], "contradiction_labels": [], "leaks": [], "near_duplicates": [], "suspect_labels": [], "#
      + #""small_classes": [], "findings": []}"#
    let first = "d: 7 photos: cats (4), dogs (3)"
    let last = "Renamed: cats/1.jpg: another file has that name, so it is kept as 1~2.jpg; and 1 more"
    #expect(
      try RemoteDataset(json: json(audit)).words.components(separatedBy: "\n")
        == [
          first, "adapt cannot use these photos:", "  too few", "1 file cannot be read:", "  cats/2.jpg: it is empty",
          last,
        ])
    #expect(try RemoteDataset(json: json(#"{"unreadable": 1}"#)).words == first + "\n" + last)
  }

  @Test("a folder without class folders is no set of photos")
  func noForm() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "1.jpg")
    #expect(throws: PhotoForm.Failure.self) { try PhotoForm(folder: folder.url) }
  }

  @Test(
    "time left is told in the units that people use",
    arguments: [(0.2, "1 s"), (75, "1 min 15 s"), (7260, "2 h 1 min")])
  func durations(_ seconds: Double, _ text: String) {
    #expect(RemoteJob.duration(seconds) == text)
  }
}
