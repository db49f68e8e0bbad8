import Archives
import Foundation
import Synchronization
import Testing

@testable import Jobs

@Suite("JobService: datasets", .timeLimit(.minutes(1)))
struct DatasetUploadTests {
  private let fixture: JobsFixture

  init() throws { fixture = try JobsFixture() }

  private var uploads: [String] { JobFolders.contents(of: fixture.folders.uploads) }

  @Test("files of a form become a dataset with its classes and audit")
  func form() async throws {
    let service = try fixture.service()
    let dataset = try await service.addDataset()
    #expect(dataset.images == 3 && dataset.bytes == 9 && dataset.audit == #"{"unreadable":[]}"#)
    #expect(dataset.classes == [.init(name: "cats", images: 2), .init(name: "dogs", images: 1)])
    #expect(try await service.dataset(dataset.id) == dataset)
    let second = try await service.addDataset()
    #expect(try await service.datasets().map(\.id) == [second.id, dataset.id])
    #expect(uploads == [])
    try await service.deleteDataset(dataset.id)
    await #expect(throws: JobError.unknownDataset(id: dataset.id)) { try await service.dataset(dataset.id) }
    #expect(JobFolders.contents(of: fixture.folders.datasets) == [second.id])
    #expect(uploads == [])
    await service.stop()
  }

  @Test("an archive is unpacked; what lies above the folders of classes does not count")
  func archive() async throws {
    let service = try fixture.service(unpack: { file, folder, _, _ in
      #expect(FileManager.default.contents(atPath: file) == Data([1, 2, 3, 4]))
      for name in ["a", "b"] {
        try FileManager.default.createDirectory(atPath: "\(folder)/photos/\(name)", withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: "\(folder)/photos/\(name)/1.jpg"))
      }
      return folder + "/photos"
    })
    let upload = try await service.beginUpload()
    try await upload.appendArchive([1, 2])
    try await upload.appendArchive([3, 4])
    let dataset = try await upload.finish()
    #expect(dataset.classes.map(\.name) == ["a", "b"] && dataset.bytes == 2)
    #expect(Set(JobFolders.contents(of: fixture.folders.dataset(dataset.id))) == ["a", "b"])
    #expect(uploads == [])
    await service.stop()
  }

  @Test("what the audit refuses is refused, in its words, without the server's paths")
  func refused() async throws {
    try fixture.write("fail \"$data holds one class\"", "audit")
    let service = try fixture.service()
    do {
      _ = try await service.addDataset()
      Issue.record("was accepted")
    } catch JobError.upload(let problem, let accepted) {
      #expect(problem == "the upload holds one class" && !accepted.isEmpty)
    }
    #expect(uploads == [] && JobFolders.contents(of: fixture.folders.datasets) == [])
    await service.stop()
  }

  @Test(
    "an audit that goes wrong leaves nothing",
    arguments: [("hang", "took longer"), ("kill -9 $$", "signal 9"), ("say '{}'", "no result"), ("exit 4", "(4)")])
  func auditBreaks(_ audit: String, _ problem: String) async throws {
    try fixture.write(audit, "audit")
    var timing = JobsFixture.quick
    (timing.audit, timing.auditOfImage) = (.milliseconds(500), .zero)
    let service = try fixture.service(timing: timing)
    do {
      _ = try await service.addDataset()
      Issue.record("was accepted")
    } catch JobError.upload(let found, _) {
      #expect(found.contains(problem), "\(found)")
    }
    #expect(uploads == [] && JobFolders.contents(of: fixture.folders.datasets) == [])
    await service.stop()
  }

  @Test("an upload that breaks off leaves nothing: discarded, forgotten, or found at the next start")
  func breaksOff() async throws {
    let service = try fixture.service(changing: { $0.maximumDatasets = 1 })
    do {
      let upload = try await service.beginUpload()
      try await upload.beginFile("a/1.jpg")
      try await upload.appendFile([1])
      #expect(uploads.count == 1)
      await #expect(throws: JobError.tooManyDatasets(limit: 1)) { _ = try await service.beginUpload() }
      await upload.discard()
      #expect(uploads == [])
      await #expect(throws: JobError.self) { try await upload.appendFile([1]) }
    }
    do {
      let upload = try await service.beginUpload()
      try await upload.appendArchive([1])
    }
    #expect(uploads == [])
    let empty = try await service.beginUpload()
    await #expect(throws: JobError.upload(problem: "there is nothing in the upload", accepted: DatasetIntake.accepted))
    {
      try await empty.finish()
    }
    await service.stop()
    try FileManager.default.createDirectory(
      atPath: fixture.folders.upload("half") + "/photos", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: fixture.folders.dataset("unknown"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: fixture.folders.job("unknown"), withIntermediateDirectories: true)
    let next = try fixture.service()
    for folder in [fixture.folders.uploads, fixture.folders.datasets, fixture.folders.jobs] {
      #expect(JobFolders.contents(of: folder) == [])
    }
    await next.stop()
  }

  @Test("a client that goes away while its photos are looked at leaves nothing")
  func cancelled() async throws {
    try fixture.write("mark looking; hang", "audit")
    let service = try fixture.service()
    let task = Task { try await service.addDataset() }
    while !fixture.has("looking") { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    await #expect(throws: (any Error).self) { try await task.value }
    #expect(uploads == [] && JobFolders.contents(of: fixture.folders.datasets) == [])
    await service.stop()
  }

  @Test("a server that stops waits for no audit")
  func stopped() async throws {
    try fixture.write("on_term ''; mark looking; hang", "audit")
    let service = try fixture.service()
    let tasks = (0..<2).map { _ in Task { try await service.addDataset() } }
    while !fixture.has("looking") { try await Task.sleep(for: .milliseconds(10)) }
    await service.stop()
    for task in tasks { await #expect(throws: JobError.stopping) { try await task.value } }
    #expect(uploads == [] && JobFolders.contents(of: fixture.folders.datasets) == [])
  }

  @Test("bytes are counted while they arrive, over all uploads and datasets")
  func quotas() async throws {
    let service = try fixture.service(changing: { ($0.maximumDatasetBytes, $0.maximumUploadBytes) = (20, 12) })
    _ = try await service.addDataset()
    let first = try await service.beginUpload()
    try await first.beginFile("a/1.jpg")
    try await first.appendFile([0, 0, 0, 0, 0, 0, 0, 0])
    let second = try await service.beginUpload()
    try await second.beginFile("a/1.jpg")
    await #expect(throws: JobError.quotaExceeded(bytes: 21, limit: 20)) { try await second.appendFile([1, 2, 3, 4]) }
    await first.discard()
    try await second.appendFile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    await #expect(throws: JobError.quotaExceeded(bytes: 13, limit: 12)) { try await second.appendFile([1, 2, 3]) }
    await second.discard()
    let third = try await service.beginUpload()
    try await third.beginFile("a/1.jpg")
    try await third.appendFile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    _ = try await third.finish()
    await #expect(throws: JobError.quotaExceeded(bytes: 20, limit: 20)) { _ = try await service.beginUpload() }
    await service.stop()
  }

  @Test("a zip of zip's own making becomes a dataset; what is no archive is refused")
  func realArchive() async throws {
    for name in ["cats/1.jpg", "dogs/1.jpg"] {
      let file = URL(filePath: fixture.root + "/photos/" + name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data([1, 2]).write(to: file)
    }
    _ = try output(of: "sh", ["-c", "cd \"$1\" && zip -q -r photos.zip photos", "sh", fixture.root])
    let service = try fixture.service()
    let upload = try await service.beginUpload()
    try await upload.appendArchive([UInt8](try Data(contentsOf: URL(filePath: fixture.root + "/photos.zip"))))
    let dataset = try await upload.finish()
    #expect(dataset.classes.map(\.name) == ["cats", "dogs"] && dataset.images == 2)
    let nonsense = try await service.beginUpload()
    try await nonsense.appendArchive(Array("no archive".utf8))
    await #expect(throws: JobError.self) { try await nonsense.finish() }
    #expect(uploads == [])
    await service.stop()
  }

  @Test("an archive counts by what comes out of it")
  func unpackedQuota() async throws {
    let room = Mutex(0)
    let service = try fixture.service(
      unpack: { _, folder, limits, _ in
        room.withLock { $0 = limits.totalBytes }
        try FileManager.default.createDirectory(atPath: folder + "/a", withIntermediateDirectories: true)
        try Data(count: 30).write(to: URL(filePath: folder + "/a/1.jpg"))
        return folder
      }, changing: { $0.maximumDatasetBytes = 20 })
    let upload = try await service.beginUpload()
    try await upload.appendArchive([1, 2, 3])
    await #expect(throws: JobError.quotaExceeded(bytes: 30, limit: 20)) { try await upload.finish() }
    #expect(room.withLock { $0 } == 20)
    #expect(uploads == [])
    await service.stop()
  }

  @Test("two files of a name are both kept, and what systems leave beside photos is not")
  func names() async throws {
    let service = try fixture.service()
    let upload = try await service.beginUpload()
    for name in ["x/a/1.jpg", "y/a/1.jpg", "a/.DS_Store", "a/Thumbs.db", "b/2.jpg"] {
      try await upload.beginFile(name)
      try await upload.appendFile([1])
    }
    let dataset = try await upload.finish()
    #expect(dataset.images == 3)
    #expect(Set(JobFolders.contents(of: fixture.folders.dataset(dataset.id) + "/a")) == ["1.jpg", "1~2.jpg"])
    await service.stop()
  }

  @Test(
    "names of files are made safe",
    arguments: [
      ("cats/1.jpg", "cats", "1.jpg"), ("C:\\photos\\cats\\1.jpg", "cats", "1.jpg"), ("/a/b//c.png", "b", "c.png"),
      ("a\u{0}b/c\u{7}\n.jpg", "a_b", "c__.jpg"), ("a/\u{202E}gpj.exe", "a", "_gpj.exe"), (" a / b ", "a", "b"),
      ("e\u{301}/1.jpg", "\u{E9}", "1.jpg"), ("<script>/x.jpg", "<script>", "x.jpg"),
    ])
  func safeNames(_ name: String, _ className: String, _ file: String) throws {
    let safe = try UploadFileName(name)
    #expect(Array(safe.className.utf8) == Array(className.utf8) && Array(safe.file.utf8) == Array(file.utf8))
  }

  @Test("long names keep their end", arguments: ["x", "\u{1F408}", "e\u{301}\u{323}"])
  func longNames(_ letter: String) throws {
    let safe = try UploadFileName("a/" + String(repeating: letter, count: 400) + ".jpeg")
    for number in [1, 2, 99_999] {
      #expect(safe.numbered(number).utf8.count <= 255 && safe.numbered(number).hasSuffix(".jpeg"))
    }
  }

  @Test(
    "names that are none are refused",
    arguments: ["", "1.jpg", "/", "a/", "../1.jpg", "a/../b/1.jpg", "./1.jpg", "a/.", " /1.jpg"])
  func noNames(_ name: String) {
    #expect(throws: JobError.self) { try UploadFileName(name) }
  }
}
