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
    let service = try fixture.service(unpack: { file, folder, _ in
      #expect(FileManager.default.contents(atPath: file) == Data([1, 2, 3, 4]))
      for name in ["a", "b"] {
        try FileManager.default.createDirectory(atPath: "\(folder)/photos/\(name)", withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: "\(folder)/photos/\(name)/1.jpg"))
      }
      var notes = IntakeNotes()
      notes.ignored.add(["link.jpg: a symbolic link"], count: 3)
      notes.renamed.add(["a/1.jpg: another file has that name, so it is kept as 1~2.jpg"], count: 1)
      return notes
    })
    let upload = try await service.beginUpload()
    try await upload.appendArchive([1, 2])
    try await upload.appendArchive([3, 4])
    let dataset = try await upload.finish()
    #expect(dataset.classes.map(\.name) == ["a", "b"] && dataset.bytes == 2)
    #expect(dataset.ignoredFiles.count == 3 && dataset.ignoredFiles.examples == ["link.jpg: a symbolic link"])
    #expect(dataset.renamedFiles.count == 1 && dataset.renamedFiles.examples[0].hasSuffix("kept as 1~2.jpg"))
    #expect(try await service.dataset(dataset.id) == dataset)
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
    // What a command takes in the place of photos is no upload's.
    try fixture.write("fail \"$data has no class folders: 2 files. Accepted: a folder, or a CSV file\"", "audit")
    await #expect(
      throws: JobError.upload(problem: "the upload has no class folders: 2 files", accepted: DatasetIntake.accepted)
    ) { _ = try await service.addDataset() }
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
      await #expect(throws: JobError.tooManyDatasets(limit: 1, others: UploadsUnderWay(count: 1, bytes: 1))) {
        _ = try await service.beginUpload()
      }
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
    // Nine bytes are kept, and eight are the other upload's.
    let error = JobError.quotaExceeded(bytes: 21, limit: 20, others: UploadsUnderWay(count: 1, bytes: 8))
    try await second.appendFile([1, 2])
    await #expect(throws: error) { try await second.appendFile([3, 4]) }
    #expect(
      "\(error)"
        == "21 bytes are more than the limit of 20; 1 other upload under way counts with 8 bytes: wait until it is over, "
        + "and try again")
    await second.discard()
    await first.discard()
    let next = try await service.beginUpload()
    try await next.beginFile("a/1.jpg")
    try await next.appendFile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    await #expect(throws: JobError.quotaExceeded(bytes: 13, limit: 12)) { try await next.appendFile([1, 2, 3]) }
    await next.discard()
    let third = try await service.beginUpload()
    try await third.beginFile("a/1.jpg")
    try await third.appendFile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    _ = try await third.finish()
    await #expect(throws: JobError.quotaExceeded(bytes: 20, limit: 20)) { _ = try await service.beginUpload() }
    await service.stop()
  }

  @Test("uploads that overlap are counted with what became of one another")
  func overlapping() async throws {
    let service = try fixture.service(changing: { $0.maximumDatasetBytes = 20 })
    let uploads = [try await service.beginUpload(), try await service.beginUpload(), try await service.beginUpload()]
    for upload in uploads { try await upload.beginFile("a/1.jpg") }
    try await uploads[0].appendFile(ArraySlice(repeating: 0, count: 9))
    let kept = try await uploads[0].finish()
    // Begun before the first one was kept.
    try await uploads[1].appendFile(ArraySlice(repeating: 0, count: 9))
    _ = try await uploads[1].finish()
    await #expect(throws: JobError.quotaExceeded(bytes: 21, limit: 20)) { try await uploads[2].appendFile([1, 2, 3]) }
    try await service.deleteDataset(kept.id)
    try await uploads[2].appendFile([1, 2, 3])
    _ = try await uploads[2].finish()
    #expect(try await service.datasets().map(\.bytes).reduce(0, +) == 12)
    await service.stop()
    // What is there counts at the next start too.
    let next = try fixture.service(changing: { ($0.maximumDatasetBytes, $0.maximumDatasets) = (20, 3) })
    let upload = try await next.beginUpload()
    try await upload.beginFile("a/1.jpg")
    await #expect(throws: JobError.quotaExceeded(bytes: 21, limit: 20)) {
      try await upload.appendFile(ArraySlice(repeating: 0, count: 9))
    }
    await #expect(throws: JobError.tooManyDatasets(limit: 3, others: UploadsUnderWay(count: 1, bytes: 0))) {
      _ = try await next.beginUpload()
    }
    await next.stop()
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
      unpack: { _, _, limits in
        room.withLock { $0 = limits.archive.totalBytes }
        guard limits.hasRoom(15), limits.hasRoom(15) else { throw JobError.storage(reason: "no room") }
        return IntakeNotes()
      }, changing: { $0.maximumDatasetBytes = 20 })
    let upload = try await service.beginUpload()
    try await upload.appendArchive([1, 2, 3])
    await #expect(throws: JobError.quotaExceeded(bytes: 30, limit: 20)) { try await upload.finish() }
    #expect(room.withLock { $0 } == 20)
    #expect(uploads == [])
    // Nothing is counted any more.
    let next = try await service.beginUpload()
    try await next.beginFile("a/1.jpg")
    try await next.appendFile(ArraySlice(repeating: 0, count: 20))
    await next.discard()
    await service.stop()
  }

  @Test("two files of a name are both kept, and what systems leave beside photos is not")
  func names() async throws {
    let service = try fixture.service()
    let upload = try await service.beginUpload()
    for name in ["a/1.jpg", "a\\1.jpg", "a/.DS_Store", "a/Thumbs.db", "__MACOSX/a/1.jpg", "b/2.jpg", "b/2.jpg/3.jpg"] {
      try await upload.beginFile(name)
      try await upload.appendFile([1])
    }
    let dataset = try await upload.finish()
    #expect(dataset.images == 3 && dataset.bytes == 3)
    #expect(Set(JobFolders.contents(of: fixture.folders.dataset(dataset.id) + "/a")) == ["1.jpg", "1~2.jpg"])
    #expect(dataset.ignoredFiles.examples == ["b/2.jpg/3.jpg: a file lies where its folder should be"])
    #expect(dataset.renamedFiles.examples == ["a\\1.jpg: another file has that name, so it is kept as 1~2.jpg"])
    await service.stop()
  }

  @Test(
    "a form may be of any shape that adapting takes, and has the folder that a browser's user chose above it",
    arguments: [
      (["cats/1.jpg", "dogs/1.jpg"], ["cats/1.jpg", "dogs/1.jpg"]),
      (["photos/cats/1.jpg", "photos/dogs/old/1.jpg"], ["cats/1.jpg", "dogs/old/1.jpg"]),
      (["my/train/cats/1.jpg", "my/test/cats/1.jpg"], ["test/cats/1.jpg", "train/cats/1.jpg"]),
      (["/a//b.png", "C:\\c\\d.png"], ["a/b.png", "c/d.png"]),
      (["a/c\u{7}\n.jpg", "<script>/\u{202E}gpj.exe"], ["<script>/_gpj.exe", "a/c__.jpg"]),
      (["e\u{301}/1.jpg", "\u{E9}/2.jpg"], ["\u{E9}/1.jpg", "\u{E9}/2.jpg"]),
    ])
  func shapes(_ names: [String], _ kept: [String]) async throws {
    let service = try fixture.service()
    let upload = try await service.beginUpload()
    for name in names {
      try await upload.beginFile(name)
      try await upload.appendFile([1])
    }
    let folder = fixture.folders.dataset(try await upload.finish().id)
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      ($0 as NSString).pathExtension != ""
    }
    #expect(files.sorted() == kept)
    await service.stop()
  }

  @Test(
    "names that are none are refused",
    arguments: [
      "", "1.jpg", "a\u{0}b/1.jpg", "a\n/1.jpg", "/", "a/", "../1.jpg", "a/../b/1.jpg", "./1.jpg", "a/.",
      "1/2/3/4/5/6/7/8/9/10.jpg",
    ])
  func noNames(_ name: String) async throws {
    let service = try fixture.service()
    let upload = try await service.beginUpload()
    await #expect(throws: JobError.self) { try await upload.beginFile(name) }
    await upload.discard()
    await service.stop()
  }
}
